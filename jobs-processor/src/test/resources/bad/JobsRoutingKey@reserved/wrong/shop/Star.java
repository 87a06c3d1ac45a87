package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.star", external = true, routingKey = "jobs.*")
record Star(String file) {}
