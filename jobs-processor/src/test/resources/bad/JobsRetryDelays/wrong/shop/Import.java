package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", retryDelays = {"30s", "soon"})
record Import(String file) {}
