package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(
    value = "shop.most",
    maxConcurrent = 1_000_000,
    rateLimitPerMinute = 1_000_000,
    limitBy = "tenant",
    maxConcurrentPerKey = 1_000_000,
    rateLimitPerMinutePerKey = 1_000_000)
record Most(String tenant) {}
