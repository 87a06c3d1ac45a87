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
