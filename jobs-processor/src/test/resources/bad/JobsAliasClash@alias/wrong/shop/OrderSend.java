package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "order.send", aliases = {"order.ship", "order.create"})
record OrderSend(String sku) {}
