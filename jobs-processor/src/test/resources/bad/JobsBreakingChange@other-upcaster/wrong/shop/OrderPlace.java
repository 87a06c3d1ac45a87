package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 3)
record OrderPlace(String sku, long count) {

  @Upcaster(from = 2)
  static OrderPlace fromVersion2(String json) {
    return new OrderPlace(json, 1);
  }
}
