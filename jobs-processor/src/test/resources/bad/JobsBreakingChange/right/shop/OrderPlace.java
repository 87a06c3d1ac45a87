package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 2)
record OrderPlace(String sku, long count) {

  record Version1(String sku, int count) {}

  @Upcaster(from = 1)
  static OrderPlace fromVersion1(Version1 old) {
    return new OrderPlace(old.sku(), old.count());
  }
}
