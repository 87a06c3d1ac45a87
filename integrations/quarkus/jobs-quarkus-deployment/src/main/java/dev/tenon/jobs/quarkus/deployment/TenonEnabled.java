package dev.tenon.jobs.quarkus.deployment;

import dev.tenon.jobs.quarkus.TenonBuildConfig;
import java.util.function.BooleanSupplier;

/** True unless the application has switched Tenon off. */
final class TenonEnabled implements BooleanSupplier {

  private final TenonBuildConfig config;

  TenonEnabled(TenonBuildConfig config) {
    this.config = config;
  }

  @Override
  public boolean getAsBoolean() {
    return config.enabled();
  }
}
