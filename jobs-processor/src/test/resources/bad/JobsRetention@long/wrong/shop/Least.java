package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.least", external = true, retention = "0s")
record Least(String file) {}
