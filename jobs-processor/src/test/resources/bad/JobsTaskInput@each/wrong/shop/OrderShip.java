package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  private static OrderShip notSeen(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static <T> OrderShip ofAny(T result, int count) {
    return new OrderShip(result + " " + count);
  }

  @FromResults
  static OrderShip risky(Payment payment) throws InterruptedException, IllegalStateException {
    throw new InterruptedException(payment.orderId());
  }

  @FromResults
  static OrderShip twice(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static OrderShip twice(Payment payment, Payment other) {
    return new OrderShip(payment.orderId() + other.orderId());
  }

  @FromResults
  static OrderShip overloaded(Payment payment) {
    return overloaded(payment.orderId());
  }

  static OrderShip overloaded(String orderId) {
    return new OrderShip(orderId);
  }

  @FromResults
  static OrderShip orderId(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static OrderShip definition(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  @FromResults
  static OrderShip right(Payment payment) throws IllegalStateException {
    return new OrderShip(payment.orderId());
  }
}
