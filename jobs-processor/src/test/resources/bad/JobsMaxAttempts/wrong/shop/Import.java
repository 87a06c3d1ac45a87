package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", maxAttempts = 0)
record Import(String file) {}
