package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.merge", retryDelays = "0s", jitter = 0, external = true)
record Merge(String file) {}
