package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;

@JobModule("ShopJobs")
@JobType(value = "order.fulfil", version = 2)
record FulfilOrder(String orderId, int cents) {

  @Upcaster(from = 1)
  static FulfilOrder of(FulfilOrder order) {
    return order;
  }
}
