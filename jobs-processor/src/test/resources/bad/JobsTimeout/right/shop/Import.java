package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", timeout = "5m")
record Import(String file) {}
