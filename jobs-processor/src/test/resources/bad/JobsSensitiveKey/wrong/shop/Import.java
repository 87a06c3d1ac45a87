package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.Sensitive;
import java.util.UUID;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    limits = @Limit(by = "owner"))
record Import(UUID shop, @Sensitive String owner) {}
