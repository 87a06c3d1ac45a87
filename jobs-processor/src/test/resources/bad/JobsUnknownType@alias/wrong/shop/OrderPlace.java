package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "order.place", aliases = "order.create")
record OrderPlace(String sku) {}
