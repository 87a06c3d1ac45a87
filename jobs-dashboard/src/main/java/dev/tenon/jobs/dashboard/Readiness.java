package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobsHealth;
import java.time.Duration;
import java.util.function.Supplier;

/** The readiness of the process: the database responds. Checked at most every two seconds. */
final class Readiness {

  private static final Duration KEPT = Duration.ofSeconds(2);

  private final Supplier<JobsHealth> health;
  private boolean isKnown;
  private boolean isReady;
  private long askedNanos;

  Readiness(Supplier<JobsHealth> health) {
    this.health = health;
  }

  synchronized boolean isReady() {
    if (!isKnown || System.nanoTime() - askedNanos > KEPT.toNanos()) {
      isReady =
          health.get().checks().stream()
              .filter(check -> check.name().equals("database"))
              .allMatch(JobsHealth.Check::isHealthy);
      isKnown = true;
      askedNanos = System.nanoTime();
    }
    return isReady;
  }
}
