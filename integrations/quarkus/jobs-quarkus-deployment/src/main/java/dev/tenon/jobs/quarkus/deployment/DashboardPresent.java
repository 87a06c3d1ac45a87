package dev.tenon.jobs.quarkus.deployment;

import dev.tenon.jobs.quarkus.TenonBuildConfig;
import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import java.util.function.BooleanSupplier;

/**
 * True if the application has {@code jobs-dashboard} and an HTTP server, and has not switched the
 * dashboard off.
 */
final class DashboardPresent implements BooleanSupplier {

  private final TenonBuildConfig config;

  DashboardPresent(TenonBuildConfig config) {
    this.config = config;
  }

  @Override
  public boolean getAsBoolean() {
    return config.dashboard().enabled().orElse(true)
        && QuarkusClassLoader.isClassPresentAtRuntime(TypeNames.JOB_DASHBOARD.toString())
        && QuarkusClassLoader.isClassPresentAtRuntime(TypeNames.HTTP_USER);
  }
}
