package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;
import dev.tenon.jobs.annotation.Sensitive;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    ordered = @Ordered(by = "owner"))
record Import(@Sensitive String owner) {}
