package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.least", external = true, jitter = 0)
record Least(String file) {}
