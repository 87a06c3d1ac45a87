package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", schedules = @Schedule(cron = "@daily", zone = ""))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", schedules = @Schedule(cron = "@daily", zone = "Berlin"))
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", schedules = @Schedule(cron = "@daily", zone = "new york"))
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", schedules = @Schedule(cron = "@daily", zone = "europe/berlin"))
  record Wrong3() {}

  @JobType(value = "shop.wrong-4", schedules = @Schedule(cron = "@daily", zone = "PST"))
  record Wrong4() {}

  @JobType(value = "shop.wrong-5", schedules = @Schedule(cron = "@daily", zone = "CEST"))
  record Wrong5() {}

  @JobType(value = "shop.wrong-6", schedules = @Schedule(cron = "@daily", zone = "+25:00"))
  record Wrong6() {}

  @JobType(value = "shop.wrong-7", schedules = @Schedule(cron = "@daily", zone = "Somewhere/Else"))
  record Wrong7() {}

  @JobType(value = "shop.wrong-8", schedules = @Schedule(cron = "@daily", zone = "Europe/Berlin "))
  record Wrong8() {}

  @JobType(value = "shop.right-0", schedules = @Schedule(cron = "@daily", zone = "UTC"))
  record Right0() {}

  @JobType(value = "shop.right-1", schedules = @Schedule(cron = "@daily", zone = "Z"))
  record Right1() {}

  @JobType(value = "shop.right-2", schedules = @Schedule(cron = "@daily", zone = "Europe/Berlin"))
  record Right2() {}

  @JobType(value = "shop.right-3", schedules = @Schedule(cron = "@daily", zone = "America/Argentina/Buenos_Aires"))
  record Right3() {}

  @JobType(value = "shop.right-4", schedules = @Schedule(cron = "@daily", zone = "+02:00"))
  record Right4() {}

  @JobType(value = "shop.right-5", schedules = @Schedule(cron = "@daily", zone = "Etc/GMT-5"))
  record Right5() {}

  @JobType(value = "shop.right-6", schedules = @Schedule(cron = "@daily", zone = "CET"))
  record Right6() {}
}
