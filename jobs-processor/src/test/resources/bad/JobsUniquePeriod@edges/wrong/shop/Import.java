package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", unique = @Unique(value = "file", period = ""))
  record Wrong0(String file) {}

  @JobType(value = "shop.wrong-1", unique = @Unique(value = "file", period = "0s"))
  record Wrong1(String file) {}

  @JobType(value = "shop.wrong-2", unique = @Unique(value = "file", period = "PT0.0009S"))
  record Wrong2(String file) {}

  @JobType(value = "shop.wrong-3", unique = @Unique(value = "file", period = "-PT1S"))
  record Wrong3(String file) {}

  @JobType(value = "shop.wrong-4", unique = @Unique(value = "file", period = "36501d"))
  record Wrong4(String file) {}

  @JobType(value = "shop.right-0", unique = @Unique(value = "file", period = "1ms"))
  record Right0(String file) {}

  @JobType(value = "shop.right-1", unique = @Unique(value = "file", period = "36500d"))
  record Right1(String file) {}
}
