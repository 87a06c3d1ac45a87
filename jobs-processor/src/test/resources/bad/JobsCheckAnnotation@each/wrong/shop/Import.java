package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(@OnAccessor String a, @OnComponent String b) {}
