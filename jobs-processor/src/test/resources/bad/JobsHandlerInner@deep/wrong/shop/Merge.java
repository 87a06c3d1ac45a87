package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.merge")
record Merge(String file) {}
