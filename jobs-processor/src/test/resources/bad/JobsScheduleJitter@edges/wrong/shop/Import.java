package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", cron = "@daily", scheduleJitter = "")
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", cron = "@daily", scheduleJitter = "-PT1S")
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", cron = "@daily", scheduleJitter = "366d")
  record Wrong2() {}

  @JobType(value = "shop.right-0", cron = "@daily", scheduleJitter = "0s")
  record Right0() {}

  @JobType(value = "shop.right-1", cron = "@daily", scheduleJitter = "365d")
  record Right1() {}
}
