package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.ask",
    rates = {"500/m", "500 tokens/m", "400 tokens/h", "600/d"})
record Ask(int tokens) {}
