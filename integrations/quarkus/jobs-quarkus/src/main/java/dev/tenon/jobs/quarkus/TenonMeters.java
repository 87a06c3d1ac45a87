package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.observability.MicrometerJobListener;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Makes the listener that counts and times jobs. It is not a default bean, which any listener of
 * the application would displace.
 */
@Singleton
final class TenonMeters {

  TenonMeters() {}

  @Produces
  @Singleton
  MicrometerJobListener listener(MeterRegistry registry) {
    return new MicrometerJobListener(registry);
  }
}
