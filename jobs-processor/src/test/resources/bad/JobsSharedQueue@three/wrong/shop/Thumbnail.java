package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.thumbnail", external = true, routingKey = "jobs.b")
record Thumbnail(String file) {}
