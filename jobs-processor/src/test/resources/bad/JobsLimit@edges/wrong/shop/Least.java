package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(
    value = "shop.least",
    maxConcurrent = 1,
    rateLimitPerMinute = 1,
    limitBy = "tenant",
    maxConcurrentPerKey = 1,
    rateLimitPerMinutePerKey = 1)
record Least(String tenant) {}
