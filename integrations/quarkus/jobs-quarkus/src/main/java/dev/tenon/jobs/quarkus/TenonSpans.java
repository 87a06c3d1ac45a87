package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Makes the listener that records the spans of jobs. It is not a default bean, which any listener
 * of the application would displace.
 */
@Singleton
final class TenonSpans {

  TenonSpans() {}

  @Produces
  @Singleton
  OpenTelemetryJobListener listener(OpenTelemetry openTelemetry, TenonConfig config) {
    return config.tracing().continueTraces()
        ? OpenTelemetryJobListener.continuingTraces(openTelemetry)
        : new OpenTelemetryJobListener(openTelemetry);
  }
}
