package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", fixedDelay = "")
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", fixedDelay = "0s")
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", fixedDelay = "999ms")
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", fixedDelay = "-PT1M")
  record Wrong3() {}

  @JobType(value = "shop.wrong-4", fixedDelay = "366d")
  record Wrong4() {}

  @JobType(value = "shop.right-0", fixedDelay = "1s")
  record Right0() {}

  @JobType(value = "shop.right-1", fixedDelay = "PT1M30S")
  record Right1() {}

  @JobType(value = "shop.right-2", fixedDelay = "365d")
  record Right2() {}
}
