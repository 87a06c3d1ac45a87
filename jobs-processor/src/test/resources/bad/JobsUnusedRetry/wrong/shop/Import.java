package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", maxAttempts = 1, noRetryOn = Error.class)
record Import(String file) {}
