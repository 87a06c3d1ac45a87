package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal("order.paid")
class OrderPaid {
  String paymentId = "";
}
