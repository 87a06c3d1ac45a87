package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.zebra.run")
record Import(String file) {}
