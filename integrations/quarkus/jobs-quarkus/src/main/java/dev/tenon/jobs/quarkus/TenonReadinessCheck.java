package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.runtime.JobsRuntime;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Down while the database does not answer; the data have what each check of the runtime has seen.
 * Other checks do not count: without RabbitMQ, for instance, jobs are taken from the table, and
 * submits work. Thread-safe.
 */
@Readiness
@Singleton
final class TenonReadinessCheck implements HealthCheck {

  private static final String DATABASE = "database";

  private final JobsRuntime runtime;

  TenonReadinessCheck(JobsRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("Tenon");
    boolean isReady = true;
    for (JobsHealth.Check check : runtime.health().checks()) {
      response.withData(
          check.name(), check.isHealthy() ? check.message() : "DOWN: " + check.message());
      isReady &= check.isHealthy() || !check.name().equals(DATABASE);
    }
    return response.status(isReady).build();
  }
}
