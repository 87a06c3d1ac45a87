package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.Ordered;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    maxConcurrent = 5,
    limits = @Limit(by = "account", maxConcurrent = 2),
    ordered = @Ordered)
record Import(String account) {}
