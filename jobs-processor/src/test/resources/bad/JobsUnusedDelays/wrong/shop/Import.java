package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", maxAttempts = 3, retryDelays = {"30s", "1m", "2m"})
record Import(String file) {}
