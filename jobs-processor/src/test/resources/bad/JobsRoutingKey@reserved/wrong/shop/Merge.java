package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.merge", routingKey = "a\tb", external = true)
record Merge(String file) {}
