package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    fixedDelay = "30s",
    zone = "Europe/Berln",
    overlap = OverlapPolicy.ALLOW,
    catchUp = "soon",
    scheduleJitter = "a bit")
record Import() {}
