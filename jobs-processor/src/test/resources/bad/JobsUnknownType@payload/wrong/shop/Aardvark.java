package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.aardvark")
record Aardvark(String file) {}
