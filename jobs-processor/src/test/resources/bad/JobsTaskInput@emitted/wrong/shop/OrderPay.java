package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "order.pay", result = Payment.class)
record OrderPay(String orderId) {}
