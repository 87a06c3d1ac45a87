package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobType(
    value = "shop.most",
    maxConcurrent = 1_000_000,
    limits = @Limit(by = "tenant", maxConcurrent = 1_000_000))
record Most(String tenant) {}
