package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.fine", external = true, maxAttempts = 3, retryDelays = {"1s", "2s"})
record Fine(String file) {}
