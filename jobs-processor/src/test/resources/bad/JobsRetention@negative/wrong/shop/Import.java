package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retention = "PT-1H")
record Import(String file) {}
