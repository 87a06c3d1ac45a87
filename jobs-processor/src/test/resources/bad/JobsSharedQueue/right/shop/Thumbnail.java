package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.thumbnail", routingKey = "jobs.shop.external", external = true)
record Thumbnail(String file) {}
