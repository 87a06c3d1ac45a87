package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal("order.paid")
record PaymentSettled(String paymentId) {}
