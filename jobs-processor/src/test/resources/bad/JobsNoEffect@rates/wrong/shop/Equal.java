package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobType(
    value = "shop.equal",
    rates = {"10/s", "599/m"},
    limits = @Limit(by = "tenant", rates = {"10/s", "599/m"}))
record Equal(String tenant) {}
