package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", schedules = @Schedule(cron = "@daily", until = ""))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", schedules = @Schedule(fixedDelay = "1h", until = "tomorrow"))
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", schedules = @Schedule(cron = "@daily", until = "2027-01-01T00:00:00"))
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", schedules = @Schedule(cron = "@daily", until = "2027-02-30T00:00:00Z"))
  record Wrong3() {}

  @JobType(value = "shop.wrong-4", schedules = @Schedule(cron = "@daily", until = "1969-12-31T23:59:59Z"))
  record Wrong4() {}

  @JobType(value = "shop.wrong-5", schedules = @Schedule(cron = "@daily", until = "+10000-01-01T00:00:00Z"))
  record Wrong5() {}

  @JobType(value = "shop.right-6", schedules = @Schedule(cron = "@daily", until = "1970-01-01T00:00:00Z"))
  record Right6() {}

  @JobType(value = "shop.right-7", schedules = @Schedule(fixedDelay = "1h", until = "9999-12-31T23:59:59Z"))
  record Right7() {}

  @JobType(value = "shop.right-8", schedules = @Schedule(cron = "@daily", until = "2027-01-01T00:00+05:30"))
  record Right8() {}
}
