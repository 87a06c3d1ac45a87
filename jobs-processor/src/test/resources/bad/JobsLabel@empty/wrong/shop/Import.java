package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", label = "")
record Import(String file) {}
