package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal("payment.settled")
record PaymentSettled(String paymentId) {}
