package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.observability.MicrometerJobListener;
import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.util.StringUtils;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.inject.Singleton;

/**
 * Adds meters and spans where {@code jobs-observability} is on the class path and the application
 * has a registry or OpenTelemetry.
 */
final class ObservabilityFactory {

  private ObservabilityFactory() {}

  /** Meters; {@code tenon.metrics.enabled}. */
  @Factory
  @Requires(classes = {MicrometerJobListener.class, MeterRegistry.class})
  @Requires(beans = MeterRegistry.class)
  @Requires(
      property = "tenon.metrics.enabled",
      defaultValue = StringUtils.TRUE,
      pattern = Switch.NOT_OFF)
  static final class Metrics {

    @Singleton
    @Requires(missingBeans = MicrometerJobListener.class)
    MicrometerJobListener tenonMicrometerJobListener(MeterRegistry registry) {
      return new MicrometerJobListener(registry);
    }
  }

  /** Spans; {@code tenon.tracing.enabled}. */
  @Factory
  @Requires(classes = {OpenTelemetryJobListener.class, OpenTelemetry.class})
  @Requires(beans = OpenTelemetry.class)
  @Requires(
      property = "tenon.tracing.enabled",
      defaultValue = StringUtils.TRUE,
      pattern = Switch.NOT_OFF)
  static final class Tracing {

    @Singleton
    @Requires(missingBeans = OpenTelemetryJobListener.class)
    OpenTelemetryJobListener tenonOpenTelemetryJobListener(
        OpenTelemetry openTelemetry, TenonProperties.Tracing tracing) {
      return tracing.continueTraces()
          ? OpenTelemetryJobListener.continuingTraces(openTelemetry)
          : new OpenTelemetryJobListener(openTelemetry);
    }
  }
}
