package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;

@JobType(
    value = "shop.most",
    rates = {"1000000000/31d", "900000000/d"},
    limits = @Limit(by = "tenant", rates = "1000000000/744h"))
record Most(String tenant) {}
