package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.split", maxAttempts = 2, retryDelays = "1ms", jitter = 1, external = true)
record Split(String file) {}
