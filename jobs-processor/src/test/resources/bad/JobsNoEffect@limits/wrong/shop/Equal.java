package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(
    value = "shop.equal",
    maxConcurrent = 5,
    limitBy = "tenant",
    maxConcurrentPerKey = 5,
    rateLimitPerMinutePerKey = 60)
record Equal(String tenant) {}
