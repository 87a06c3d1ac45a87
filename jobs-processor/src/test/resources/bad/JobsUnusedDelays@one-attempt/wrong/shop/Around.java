package shop;

import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings("JobsUnusedDelays")
class Around {
  @JobType(value = "shop.around", external = true, maxAttempts = 1, retryDelays = "1s")
  record Inside(String file) {}
}
