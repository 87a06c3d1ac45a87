package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", routingKey = "jobs.import")
record Import(String file) {}
