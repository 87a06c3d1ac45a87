package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", jitter = 10)
record Import(String file) {}
