package dev.tenon.jobs.spring;

import dev.tenon.jobs.observability.MicrometerJobListener;
import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Adds meters and spans where {@code jobs-observability} is on the class path and the application
 * has a registry of meters, or traces.
 */
@AutoConfiguration(
    before = TenonAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "tenon.enabled", matchIfMissing = true)
public class TenonObservabilityAutoConfiguration {

  /** Called by Spring. */
  public TenonObservabilityAutoConfiguration() {}

  /** Meters; {@code tenon.metrics.enabled}. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({MicrometerJobListener.class, MeterRegistry.class})
  @ConditionalOnBean(MeterRegistry.class)
  @ConditionalOnBooleanProperty(name = "tenon.metrics.enabled", matchIfMissing = true)
  static class Metrics {

    @Bean
    @ConditionalOnMissingBean
    MicrometerJobListener tenonMicrometerJobListener(MeterRegistry registry) {
      return new MicrometerJobListener(registry);
    }
  }

  /** Spans; {@code tenon.tracing.enabled}. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({OpenTelemetryJobListener.class, OpenTelemetry.class})
  @ConditionalOnBean(OpenTelemetry.class)
  @ConditionalOnBooleanProperty(name = "tenon.tracing.enabled", matchIfMissing = true)
  static class Tracing {

    @Bean
    @ConditionalOnMissingBean
    OpenTelemetryJobListener tenonOpenTelemetryJobListener(
        OpenTelemetry openTelemetry, Environment environment) {
      boolean continuesTraces =
          environment.getProperty("tenon.tracing.continue-traces", Boolean.class, false);
      return continuesTraces
          ? OpenTelemetryJobListener.continuingTraces(openTelemetry)
          : new OpenTelemetryJobListener(openTelemetry);
    }
  }
}
