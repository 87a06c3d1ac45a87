package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.export", routingKey = "jobs.dead-letter", external = true)
record Export(String file) {}
