package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", jitter = -0.01)
record Import(String file) {}
