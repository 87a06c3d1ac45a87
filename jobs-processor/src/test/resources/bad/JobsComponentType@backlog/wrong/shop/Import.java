package shop;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", backlog = @Backlog(max = 1, by = "shops"))
  record Wrong0(List<String> shops) {}
}
