package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal("paid")
record OrderPaid(String paymentId) {}
