package shop;

import dev.tenon.jobs.annotation.Signal;

interface Payments {

  @Signal("order.paid")
  record Paid(String paymentId) {}
}
