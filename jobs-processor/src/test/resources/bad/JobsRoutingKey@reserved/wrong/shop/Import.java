package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", routingKey = "amq.shop")
record Import(String file) {}
