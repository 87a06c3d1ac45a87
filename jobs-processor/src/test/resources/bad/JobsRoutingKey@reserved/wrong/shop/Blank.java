package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.blank", external = true, routingKey = " ")
record Blank(String file) {}
