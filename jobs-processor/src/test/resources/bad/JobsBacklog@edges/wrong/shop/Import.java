package shop;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", backlog = @Backlog(max = -1))
  record Wrong0() {}

  @JobType(value = "shop.wrong-1", backlog = @Backlog(max = 1_000_001))
  record Wrong1() {}

  @JobType(value = "shop.wrong-2", backlog = @Backlog(max = 1, by = "shops"))
  record Wrong2(String shop) {}

  @JobType(value = "shop.wrong-3", backlog = @Backlog(max = 1, by = "shops"))
  record Wrong3(List<String> shops) {}

  @JobType(value = "shop.wrong-4", backlog = @Backlog(max = 1, by = "shop"))
  record Wrong4(@Sensitive String shop) {}

  @JobType(value = "shop.wrong-5", backlog = {@Backlog(max = 1), @Backlog(max = 2)})
  record Wrong5() {}

  @JobType(value = "shop.wrong-6", backlog = @Backlog(max = 1, by = ""))
  record Wrong6(String shop) {}

  @JobType(value = "shop.right-0", backlog = @Backlog(max = 1))
  record Right0() {}

  @JobType(value = "shop.right-1", backlog = @Backlog(max = 1_000_000, by = "shop"))
  record Right1(String shop) {}
}
