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
