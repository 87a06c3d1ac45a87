package shop;

import dev.tenon.jobs.annotation.Signal;
import dev.tenon.jobs.annotation.Upcaster;

@Signal("order.paid")
record OrderPaid(String paymentId) {

  @Upcaster(from = 1)
  static OrderPaid fromVersion1(String json) {
    return new OrderPaid(json);
  }
}
