package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.Ordered;

@JobType(
    value = "shop.account",
    maxConcurrent = 5,
    limits = @Limit(by = "account", maxConcurrent = 2, rates = "60/m"),
    ordered = @Ordered(by = "account"))
record Account(String account) {}
