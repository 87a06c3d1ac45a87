package shop;

import dev.tenon.jobs.annotation.Signal;

interface Orders {

  @Signal("order.paid")
  record Paid(String paymentId) {}
}
