package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal("OrderPaid")
record OrderPaid(String paymentId) {}
