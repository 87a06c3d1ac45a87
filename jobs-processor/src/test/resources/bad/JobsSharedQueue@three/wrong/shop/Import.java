package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", routingKey = "jobs.a")
record Import(String file) {}
