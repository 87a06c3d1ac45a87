package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", timeout = "P365DT0.000000001S")
record Import(String file) {}
