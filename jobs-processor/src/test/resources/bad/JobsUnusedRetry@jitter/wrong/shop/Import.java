package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", maxAttempts = 1, jitter = 0.2)
record Import(String file) {}
