package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobType(
    value = "shop.equal",
    maxConcurrent = 5,
    limits = @Limit(by = "tenant", maxConcurrent = 5))
record Equal(String tenant) {}
