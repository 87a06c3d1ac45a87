package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.least", external = true, timeout = "1ms")
record Least(String file) {}
