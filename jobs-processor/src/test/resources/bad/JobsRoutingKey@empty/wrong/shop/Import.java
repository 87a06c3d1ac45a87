package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", routingKey = "")
record Import(String file) {}
