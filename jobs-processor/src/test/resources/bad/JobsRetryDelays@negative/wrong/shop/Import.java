package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retryDelays = "PT-1S")
record Import(String file) {}
