package shop;

import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings({"unused", "JobsUnusedRetry"})
@JobType(value = "shop.hushed", external = true, maxAttempts = 1, jitter = 0.5)
record Hushed(String file) {}
