package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(String file) {}
