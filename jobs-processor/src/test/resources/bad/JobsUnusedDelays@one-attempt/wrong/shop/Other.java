package shop;

import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings("JobsMissingValid")
@JobType(value = "shop.other", external = true, maxAttempts = 2, retryDelays = {"1s", "1s"})
record Other(String file) {}
