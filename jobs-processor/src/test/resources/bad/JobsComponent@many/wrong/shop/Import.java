package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    limits = @Limit(by = "tenant"))
record Import(int a1, int b2, int c3, int d4, int e5, int f6) {}
