package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", schedules = @Schedule(cron = "@daily", jitter = ""))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", schedules = @Schedule(cron = "@daily", jitter = "-PT1S"))
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", schedules = @Schedule(cron = "@daily", jitter = "366d"))
  record Wrong2() {}

  @JobType(value = "shop.right-0", schedules = @Schedule(cron = "@daily", jitter = "0s"))
  record Right0() {}

  @JobType(value = "shop.right-1", schedules = @Schedule(cron = "@daily", jitter = "365d"))
  record Right1() {}
}
