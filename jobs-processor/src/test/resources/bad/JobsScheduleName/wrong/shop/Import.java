package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    schedules = {
      @Schedule(name = "nightly", cron = "0 3 * * *"),
      @Schedule(cron = "0 12 * * MON-FRI")
    })
record Import() {}
