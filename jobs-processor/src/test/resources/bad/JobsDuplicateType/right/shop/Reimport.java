package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.reimport")
record Reimport(String file) {}
