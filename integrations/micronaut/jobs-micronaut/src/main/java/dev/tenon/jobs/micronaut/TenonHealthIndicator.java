package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.util.StringUtils;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.AbstractHealthIndicator;
import io.micronaut.management.health.indicator.HealthIndicator;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of Tenon: down while the database of the jobs does not answer. Another check that
 * fails, such as RabbitMQ's, shows in the details only: jobs continue, and Micronaut counts each
 * indicator in the readiness of the application.
 */
@Singleton
@Requires(classes = HealthIndicator.class)
@Requires(beans = JobsRuntime.class)
@Requires(property = "endpoints.health.tenon.enabled", notEquals = StringUtils.FALSE)
final class TenonHealthIndicator extends AbstractHealthIndicator<Map<String, String>> {

  private final JobsRuntime runtime;

  TenonHealthIndicator(JobsRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  protected Map<String, String> getHealthInformation() {
    Map<String, String> details = new LinkedHashMap<>();
    boolean isReady = true;
    for (JobsHealth.Check check : runtime.health().checks()) {
      details.put(check.name(), check.isHealthy() ? check.message() : "DOWN: " + check.message());
      isReady &= check.isHealthy() || !check.name().equals("database");
    }
    healthStatus = isReady ? HealthStatus.UP : HealthStatus.DOWN;
    return details;
  }

  @Override
  protected String getName() {
    return "tenon";
  }
}
