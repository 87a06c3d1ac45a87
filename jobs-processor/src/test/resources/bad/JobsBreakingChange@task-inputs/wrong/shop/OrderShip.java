package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  static OrderShip ofPaid(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static List<OrderShip> ofPayments(List<Payment> payments) {
    return payments.stream().map(payment -> new OrderShip(payment.orderId())).toList();
  }
}
