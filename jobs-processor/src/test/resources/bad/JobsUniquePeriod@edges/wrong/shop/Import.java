package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", unique = "file", uniquePeriod = "")
  record Wrong0(String file) {}

  @JobType(value = "shop.wrong-1", unique = "file", uniquePeriod = "0s")
  record Wrong1(String file) {}

  @JobType(value = "shop.wrong-2", unique = "file", uniquePeriod = "PT0.0009S")
  record Wrong2(String file) {}

  @JobType(value = "shop.wrong-3", unique = "file", uniquePeriod = "-PT1S")
  record Wrong3(String file) {}

  @JobType(value = "shop.wrong-4", unique = "file", uniquePeriod = "36501d")
  record Wrong4(String file) {}

  @JobType(value = "shop.right-0", unique = "file", uniquePeriod = "1ms")
  record Right0(String file) {}

  @JobType(value = "shop.right-1", unique = "file", uniquePeriod = "36500d")
  record Right1(String file) {}
}
