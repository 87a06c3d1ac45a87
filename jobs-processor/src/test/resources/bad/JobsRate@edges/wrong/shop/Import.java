package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    rates = {"0/s", "1000000001/s", "10/0s", "10/"},
    limits = @Limit(by = "tenant", rates = {"-1/s", "10/32d", "10/500ms", ""}))
record Import(String file, String tenant) {}
