package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    rates = {"10/s", "600/m", "20000/h", "20000/d"},
    limits = @Limit(by = "tenant", rates = {"11/s", "300/m", "300/60s"}))
record Import(String file, String tenant) {}
