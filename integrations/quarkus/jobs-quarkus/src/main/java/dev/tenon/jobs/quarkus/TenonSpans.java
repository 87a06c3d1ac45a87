package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the listener that records the spans of jobs. */
@Singleton
final class TenonSpans {

  TenonSpans() {}

  @Produces
  @Singleton
  @DefaultBean
  OpenTelemetryJobListener listener(OpenTelemetry openTelemetry, TenonConfig config) {
    return config.tracing().continueTraces()
        ? OpenTelemetryJobListener.continuingTraces(openTelemetry)
        : new OpenTelemetryJobListener(openTelemetry);
  }
}
