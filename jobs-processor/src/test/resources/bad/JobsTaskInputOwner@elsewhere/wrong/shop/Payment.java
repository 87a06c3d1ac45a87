package shop;

import dev.tenon.jobs.annotation.FromResults;

record Payment(String orderId, long cents) {

  @FromResults
  static OrderShip toShip(Payment payment) {
    return new OrderShip(payment.orderId());
  }

  interface Inner {
    @FromResults
    static OrderShip toShip(Payment payment) {
      return new OrderShip(payment.orderId());
    }
  }
}
