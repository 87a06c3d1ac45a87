package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.without-key", rateLimitPerMinutePerKey = 60, maxConcurrentPerKey = 0)
record WithoutKey(String tenant) {}
