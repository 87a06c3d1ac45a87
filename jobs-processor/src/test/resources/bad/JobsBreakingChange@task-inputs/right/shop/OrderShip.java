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
  static List<OrderShip> ofAll(List<Payment> payments) {
    return payments.stream().map(payment -> new OrderShip(payment.orderId())).toList();
  }

  @FromResults
  @Deprecated
  static OrderShip ofPayment(Payment payment) {
    return ofPaid(payment);
  }

  @FromResults
  @Deprecated
  static OrderShip ofPayments(OrderShip draft, List<Payment> payments) {
    return payments.isEmpty() ? draft : ofPaid(payments.get(0));
  }
}
