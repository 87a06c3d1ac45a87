package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.other")
record Other(String file) {}
