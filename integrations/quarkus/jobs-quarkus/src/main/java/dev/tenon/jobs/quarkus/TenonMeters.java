package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.observability.MicrometerJobListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the listener that counts and times jobs. */
@Singleton
final class TenonMeters {

  TenonMeters() {}

  @Produces
  @Singleton
  @DefaultBean
  MicrometerJobListener listener(MeterRegistry registry) {
    return new MicrometerJobListener(registry);
  }
}
