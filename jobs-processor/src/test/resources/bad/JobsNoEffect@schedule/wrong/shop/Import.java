package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    schedules =
        @Schedule(
            zone = "Europe/Berln",
            overlap = OverlapPolicy.SKIP,
            catchUp = "soon",
            jitter = "a bit"))
record Import(String file, String tenant, int size) {}
