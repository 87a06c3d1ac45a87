package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("order.send")
record OrderSend(String sku) {}
