package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.export")
record Export(String file) {}
