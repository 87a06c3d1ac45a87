package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retention = "a month")
record Import(String file) {}
