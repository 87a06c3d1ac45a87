package shop;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(
      value = "shop.wrong-0",
      backlog = {@Backlog(max = 1), @Backlog(max = 2)})
  record Wrong0() {}
}
