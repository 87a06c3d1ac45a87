package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    maxConcurrent = 5,
    rateLimitPerMinute = 59,
    limitBy = "tenant",
    maxConcurrentPerKey = 6,
    rateLimitPerMinutePerKey = 60)
record Import(String file, String tenant, int size) {}

@JobType(
    value = "shop.equal",
    maxConcurrent = 5,
    limitBy = "tenant",
    maxConcurrentPerKey = 5,
    rateLimitPerMinutePerKey = 60)
record Equal(String tenant) {}

@JobType(value = "shop.without-key", rateLimitPerMinutePerKey = 60, maxConcurrentPerKey = 0)
record WithoutKey(String tenant) {}
