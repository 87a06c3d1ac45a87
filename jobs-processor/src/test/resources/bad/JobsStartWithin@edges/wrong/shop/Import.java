package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", startWithin = "")
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", startWithin = "0s")
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", startWithin = "999ms")
  record Wrong2() {}

  @JobType(value = "shop.wrong-3", startWithin = "366d")
  record Wrong3() {}

  @JobType(value = "shop.right-0", startWithin = "1s")
  record Right0() {}

  @JobType(value = "shop.right-1", startWithin = "365d")
  record Right1() {}
}
