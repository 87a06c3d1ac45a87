package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import-all")
record Import(String file) {}
