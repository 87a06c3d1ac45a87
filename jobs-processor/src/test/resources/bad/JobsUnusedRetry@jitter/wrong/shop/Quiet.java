package shop;

import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings("JobsUnusedRetry")
@JobType(value = "shop.quiet", maxAttempts = 1, jitter = 0.2, external = true)
record Quiet(String file) {}
