package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobType(
    value = "shop.least",
    rates = "1/1s",
    limits = @Limit(by = "tenant", rates = "1/90s"))
record Least(String tenant) {}
