package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.ask",
    rates = {"500/m", "200000 tokens/m"},
    limits = @Limit(by = "tenant", rates = "100000 bytes/m"))
record Ask(String tenant, int tokens, int bytes) {}
