package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", timeout = "0s")
record Import(String file) {}
