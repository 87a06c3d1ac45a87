package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", timeout = "PT-5M")
record Import(String file) {}
