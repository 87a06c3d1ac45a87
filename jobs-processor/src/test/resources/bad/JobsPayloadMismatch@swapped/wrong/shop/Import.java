package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", result = Report.class)
record Import(String file) {}
