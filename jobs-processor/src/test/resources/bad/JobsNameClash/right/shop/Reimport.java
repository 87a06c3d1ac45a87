package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.reimport.all")
record Reimport(String file) {}
