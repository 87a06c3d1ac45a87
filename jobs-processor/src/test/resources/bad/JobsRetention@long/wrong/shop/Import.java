package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retention = "36501d")
record Import(String file) {}
