package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.Optional;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  static Optional<OrderShip> ofPayment(Payment payment) {
    return payment.cents() > 0 ? Optional.of(new OrderShip(payment.orderId())) : Optional.empty();
  }
}
