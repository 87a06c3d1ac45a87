package shop;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", backlog = @Backlog(max = -1))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", backlog = @Backlog(max = 1_000_001))
  record Wrong1() {}

  @JobType(value = "shop.right-0", backlog = @Backlog(max = 1))
  record Right0() {}

  @JobType(value = "shop.right-1", backlog = @Backlog(max = 1_000_000, by = "shop"))
  record Right1(String shop) {}
}
