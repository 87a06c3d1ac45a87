package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(
      value = "shop.wrong-0",
      schedules = {@Schedule(cron = "@daily"), @Schedule(name = "", fixedDelay = "1h")})
  record Wrong0() {}

  @JobType(
      value = "shop.wrong-1",
      schedules = {
        @Schedule(name = "nightly", cron = "0 3 * * *"),
        @Schedule(name = "steady", fixedDelay = "1h"),
        @Schedule(name = "nightly", cron = "0 4 * * *")
      })
  record Wrong1() {}

  @JobType(
      value = "shop.wrong-2",
      schedules = {
        @Schedule(name = "Nightly", cron = "@daily"),
        @Schedule(name = "at noon", cron = "@daily"),
        @Schedule(name = "1st", cron = "@daily"),
        @Schedule(name = "a.b", cron = "@daily"),
        @Schedule(name = "a-", cron = "@daily")
      })
  record Wrong2() {}

  @JobType(
      value = "shop.wrong-3",
      schedules =
          @Schedule(
              name =
                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
              cron = "@daily"))
  record Wrong3() {}

  @JobType(value = "shop.right-0", schedules = @Schedule(name = "", cron = "@daily"))
  record Right0() {}

  @JobType(value = "shop.right-1", schedules = @Schedule(name = "nightly", cron = "@daily"))
  record Right1() {}

  @JobType(
      value = "shop.right-2",
      schedules = {
        @Schedule(name = "a", cron = "@daily"),
        @Schedule(name = "first_2-b", cron = "@daily"),
        @Schedule(
            name =
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            cron = "@daily")
      })
  record Right2() {}
}
