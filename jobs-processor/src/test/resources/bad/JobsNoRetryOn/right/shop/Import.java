package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", noRetryOn = IllegalArgumentException.class)
record Import(String file) {}
