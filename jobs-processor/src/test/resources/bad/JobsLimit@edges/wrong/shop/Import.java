package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    maxConcurrent = 1_000_001,
    limits = @Limit(by = "tenant", maxConcurrent = -5))
record Import(String file, String tenant, int size) {}
