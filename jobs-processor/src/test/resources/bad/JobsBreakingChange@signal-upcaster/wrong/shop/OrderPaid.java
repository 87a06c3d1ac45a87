package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.Signal;
import dev.tenon.jobs.annotation.Upcaster;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@Signal(value = "order.paid", version = 3)
record OrderPaid(String by, long number) {

  @Upcaster(from = 2)
  static OrderPaid fromVersion2(String json) {
    return new OrderPaid(json, 1);
  }
}
