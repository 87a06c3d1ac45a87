package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.page", external = true, routingKey = "jobs.a")
record Page(String file) {}
