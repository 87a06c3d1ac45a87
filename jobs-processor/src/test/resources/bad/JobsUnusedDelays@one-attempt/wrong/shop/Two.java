package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.two", external = true, maxAttempts = 2, retryDelays = {"1s", "2s", "3s"})
record Two(String file) {}
