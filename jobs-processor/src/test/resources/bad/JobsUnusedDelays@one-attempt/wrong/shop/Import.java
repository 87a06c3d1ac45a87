package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", maxAttempts = 1, retryDelays = {"30s", "1m"})
record Import(String file) {}
