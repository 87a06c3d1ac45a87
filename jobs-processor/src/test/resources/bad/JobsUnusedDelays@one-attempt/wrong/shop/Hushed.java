package shop;

import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings({"unused", "JobsUnusedDelays"})
@JobType(value = "shop.hushed", external = true, maxAttempts = 1, retryDelays = "1s")
record Hushed(String file) {}
