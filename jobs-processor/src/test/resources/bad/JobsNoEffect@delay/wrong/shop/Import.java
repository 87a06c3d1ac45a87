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
            fixedDelay = "30s",
            zone = "Europe/Berln",
            overlap = OverlapPolicy.ALLOW,
            catchUp = "soon",
            jitter = "a bit"))
record Import() {}
