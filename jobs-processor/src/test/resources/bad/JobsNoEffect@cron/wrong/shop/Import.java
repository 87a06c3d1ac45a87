package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    zone = "Europe/Berln",
    overlap = OverlapPolicy.SKIP,
    catchUp = "soon",
    scheduleJitter = "a bit")
record Import(String file, String tenant, int size) {}
