package dev.tenon.jobs.quarkus;

import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * The settings of Tenon, {@code quarkus.tenon.*}, that are fixed when the application is built.
 * Only Quarkus implements it: settings may be added in any release.
 */
@ConfigMapping(prefix = "quarkus.tenon")
@ConfigRoot(phase = ConfigPhase.BUILD_AND_RUN_TIME_FIXED)
public interface TenonBuildConfig {

  /** Sets Tenon up. If false, it has no beans and does nothing. */
  @WithDefault("true")
  boolean enabled();

  /** The name of the data source in whose database the jobs are. Default: the default one. */
  Optional<String> datasource();

  /** The readiness check. */
  Health health();

  /** The meters of jobs. */
  Metrics metrics();

  /** The spans of jobs. */
  Tracing tracing();

  /** The dashboard. */
  Dashboard dashboard();

  /** The readiness check. */
  interface Health {

    /** Adds a readiness check, if the application has quarkus-smallrye-health. */
    @WithDefault("true")
    boolean enabled();
  }

  /** The meters of jobs. */
  interface Metrics {

    /** Gives jobs meters, if the application has jobs-observability and Micrometer. */
    @WithDefault("true")
    boolean enabled();
  }

  /** The spans of jobs. */
  interface Tracing {

    /** Gives jobs spans, if the application has jobs-observability and OpenTelemetry. */
    @WithDefault("true")
    boolean enabled();
  }

  /** The dashboard. */
  interface Dashboard {

    /**
     * Serves the dashboard. Default: true if the application has an AccessPolicy bean; without one,
     * true is an error.
     */
    Optional<Boolean> enabled();

    /** The path of the dashboard, below the root path of the application. */
    @WithDefault("/tenon")
    String path();
  }
}
