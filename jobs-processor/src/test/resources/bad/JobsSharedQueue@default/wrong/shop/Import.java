package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", routingKey = "jobs.shop.thumbnail")
record Import(String file) {}
