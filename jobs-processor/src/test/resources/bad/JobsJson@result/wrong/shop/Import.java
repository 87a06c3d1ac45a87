package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", result = Thread.class)
record Import(String file) {}
