package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import java.util.Map;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 2)
record OrderPlace(String sku, int count) {

  @Upcaster(from = 1)
  static OrderPlace fromVersion1(Map<String, Object> old) {
    return new OrderPlace(String.valueOf(old.get("sku")), 1);
  }
}
