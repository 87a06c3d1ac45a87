package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.least", external = true, retryDelays = {"0s", "1ms"})
record Least(String file) {}
