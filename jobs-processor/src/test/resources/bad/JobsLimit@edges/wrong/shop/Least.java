package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobType(
    value = "shop.least",
    maxConcurrent = 1,
    limits = @Limit(by = "tenant", maxConcurrent = 1))
record Least(String tenant) {}
