package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    maxConcurrent = 1_000_001,
    rateLimitPerMinute = Integer.MAX_VALUE,
    limits = @Limit(by = "tenant", maxConcurrent = -5, rateLimitPerMinute = 1_000_001))
record Import(String file, String tenant, int size) {}
