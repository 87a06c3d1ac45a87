package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", timeout = "PT0.000999999S")
record Import(String file) {}
