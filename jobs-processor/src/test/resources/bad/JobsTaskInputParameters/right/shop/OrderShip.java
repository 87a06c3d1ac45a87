package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId, String address) {

  @FromResults
  static OrderShip ofPayment(OrderShip draft, Payment payment) {
    return new OrderShip(payment.orderId(), draft.address());
  }
}
