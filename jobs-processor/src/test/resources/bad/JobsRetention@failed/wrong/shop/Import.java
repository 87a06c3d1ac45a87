package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", maxAttempts = 5, retentionOfFailed = "")
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", maxAttempts = 5, retentionOfFailed = "forever")
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", maxAttempts = 5, retentionOfFailed = "-PT1S")
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", maxAttempts = 5, retentionOfFailed = "36501d")
  record Wrong3() {}

  @JobType(value = "shop.right-0", maxAttempts = 5, retentionOfFailed = "0s")
  record Right0() {}

  @JobType(value = "shop.right-1", maxAttempts = 5, retentionOfFailed = "36500d")
  record Right1() {}
}
