package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", maxAttempts = 1)
record Import(String file) {}
