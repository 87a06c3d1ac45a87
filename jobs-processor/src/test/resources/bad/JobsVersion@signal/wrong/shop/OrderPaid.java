package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal(value = "order.paid", version = 0)
record OrderPaid(String paymentId) {}
