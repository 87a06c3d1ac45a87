package shop;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", backlog = @Backlog(max = 1, by = "shops"))
  record Wrong0(String shop) {}

  @JobType(value = "shop.wrong-1", backlog = @Backlog(max = 1, by = ""))
  record Wrong1(String shop) {}
}
