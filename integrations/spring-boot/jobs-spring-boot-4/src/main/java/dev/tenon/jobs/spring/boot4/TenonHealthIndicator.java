package dev.tenon.jobs.spring.boot4;

import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.runtime.JobsRuntime;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Down while a check of the runtime fails; the details have what each check has seen. */
final class TenonHealthIndicator extends AbstractHealthIndicator {

  private final JobsRuntime runtime;

  TenonHealthIndicator(JobsRuntime runtime) {
    super("Tenon's health is unknown");
    this.runtime = runtime;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    JobsHealth health = runtime.health();
    if (health.isHealthy()) {
      builder.up();
    } else {
      builder.down();
    }
    for (JobsHealth.Check check : health.checks()) {
      builder.withDetail(
          check.name(), check.isHealthy() ? check.message() : "DOWN: " + check.message());
    }
  }
}
