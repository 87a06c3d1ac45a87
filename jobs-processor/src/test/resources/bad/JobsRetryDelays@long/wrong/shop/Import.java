package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retryDelays = {"365d", "366d"})
record Import(String file) {}
