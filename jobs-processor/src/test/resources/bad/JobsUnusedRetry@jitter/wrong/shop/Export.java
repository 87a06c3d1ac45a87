package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.export", retryDelays = {}, jitter = 0.5, external = true)
record Export(String file) {}
