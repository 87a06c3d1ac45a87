package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 3)
record OrderPlace(String sku, int count) {

  record Old(String sku) {}

  @Upcaster(from = 2)
  static OrderPlace fromVersion2(Old old) {
    return new OrderPlace(old.sku(), 1);
  }

  @Upcaster(from = 3)
  static OrderPlace fromVersion3(Old old) {
    return new OrderPlace(old.sku(), 1);
  }
}
