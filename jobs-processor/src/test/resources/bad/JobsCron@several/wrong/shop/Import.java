package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    schedules = {
      @Schedule(name = "nightly", cron = "61 3 * * *"),
      @Schedule(name = "steady", fixedDelay = "30s"), @Schedule(
          name = "at-noon", cron = "0 12 * *")
    })
record Import() {}
