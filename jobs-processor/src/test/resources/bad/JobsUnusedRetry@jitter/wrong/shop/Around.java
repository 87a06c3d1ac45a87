package shop;

import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings("JobsUnusedRetry")
class Around {
  @JobType(value = "shop.around", external = true, maxAttempts = 1, jitter = 0.5)
  record Inside(String file) {}
}
