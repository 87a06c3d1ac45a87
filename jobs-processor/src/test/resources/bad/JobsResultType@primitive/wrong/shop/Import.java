package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", result = int.class)
record Import(String file) {}
