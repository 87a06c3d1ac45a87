package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  static @Nullable OrderShip ofPayment(Payment payment) {
    return payment.cents() > 0 ? new OrderShip(payment.orderId()) : null;
  }
}
