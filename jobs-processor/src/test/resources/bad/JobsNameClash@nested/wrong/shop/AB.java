package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.one")
record AB() {}
