package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", schedules = @Schedule(fixedDelay = ""))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", schedules = @Schedule(fixedDelay = "0s"))
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", schedules = @Schedule(fixedDelay = "999ms"))
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", schedules = @Schedule(fixedDelay = "-PT1M"))
  record Wrong3() {}

  @JobType(value = "shop.wrong-4", schedules = @Schedule(fixedDelay = "366d"))
  record Wrong4() {}

  @JobType(value = "shop.right-0", schedules = @Schedule(fixedDelay = "1s"))
  record Right0() {}

  @JobType(value = "shop.right-1", schedules = @Schedule(fixedDelay = "PT1M30S"))
  record Right1() {}

  @JobType(value = "shop.right-2", schedules = @Schedule(fixedDelay = "365d"))
  record Right2() {}
}
