package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId, @Nullable Q q2) {

  @FromResults
  static OrderShip ofPayment(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static OrderShip of_payment(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static OrderShip q(Q result) {
    return new OrderShip(result.text());
  }
}
