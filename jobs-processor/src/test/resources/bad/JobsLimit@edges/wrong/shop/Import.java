package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    maxConcurrent = 1_000_001,
    rateLimitPerMinute = Integer.MAX_VALUE,
    limitBy = "tenant",
    maxConcurrentPerKey = -5,
    rateLimitPerMinutePerKey = 1_000_001)
record Import(String file, String tenant, int size) {}

@JobType(
    value = "shop.most",
    maxConcurrent = 1_000_000,
    rateLimitPerMinute = 1_000_000,
    limitBy = "tenant",
    maxConcurrentPerKey = 1_000_000,
    rateLimitPerMinutePerKey = 1_000_000)
record Most(String tenant) {}

@JobType(
    value = "shop.least",
    maxConcurrent = 1,
    rateLimitPerMinute = 1,
    limitBy = "tenant",
    maxConcurrentPerKey = 1,
    rateLimitPerMinutePerKey = 1)
record Least(String tenant) {}
