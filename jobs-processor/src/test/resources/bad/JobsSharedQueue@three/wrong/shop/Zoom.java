package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.zoom", external = true, routingKey = "jobs.b")
record Zoom(String file) {}
