package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retention = "30d")
record Import(String file) {}
