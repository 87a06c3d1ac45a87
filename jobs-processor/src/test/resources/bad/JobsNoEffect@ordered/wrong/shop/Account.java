package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.Ordered;

@JobType(
    value = "shop.account",
    maxConcurrent = 5,
    limits = @Limit(by = "account", maxConcurrent = 2, rateLimitPerMinute = 60),
    ordered = @Ordered(by = "account"))
record Account(String account) {}
