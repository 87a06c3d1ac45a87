package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.ship", emits = OrderShip.Parcel.class)
record OrderShip(String orderId) {

  record Parcel(int number) {}

  @FromResults
  static OrderShip emitted(Payment payment) {
    return new OrderShip(payment.orderId());
  }
}
