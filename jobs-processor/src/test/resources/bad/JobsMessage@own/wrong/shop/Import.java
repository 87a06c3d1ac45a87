package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(@Code(max = 3, message = "is no {kode}") String code) {}
