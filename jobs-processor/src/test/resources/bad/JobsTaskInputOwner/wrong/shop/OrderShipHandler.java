package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;

@JobType("order.ship")
final class OrderShipHandler implements JobHandler<OrderShip, Void> {

  @FromResults
  static OrderShip ofPayment(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @Override
  public Void execute(OrderShip order, JobContext context) {
    return null;
  }
}
