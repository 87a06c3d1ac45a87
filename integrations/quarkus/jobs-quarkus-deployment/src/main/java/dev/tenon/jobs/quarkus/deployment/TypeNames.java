package dev.tenon.jobs.quarkus.deployment;

import org.jboss.jandex.DotName;

/**
 * The names of types that an application need not have, or that are private to the runtime part.
 */
final class TypeNames {

  static final DotName GENERATED_MODULE =
      DotName.createSimple("dev.tenon.jobs.annotation.GeneratedJobModule");

  /** The file that lists the modules of a jar. */
  static final String MODULES_FILE = "META-INF/services/dev.tenon.jobs.definition.ModuleDefinition";

  static final DotName ACCESS_POLICY =
      DotName.createSimple("dev.tenon.jobs.dashboard.AccessPolicy");
  static final DotName JOB_DASHBOARD =
      DotName.createSimple("dev.tenon.jobs.dashboard.JobDashboard");
  static final String HTTP_USER = "io.quarkus.vertx.http.runtime.security.QuarkusHttpUser";
  static final DotName METERS_LISTENER =
      DotName.createSimple("dev.tenon.jobs.observability.MicrometerJobListener");
  static final DotName SPANS_LISTENER =
      DotName.createSimple("dev.tenon.jobs.observability.OpenTelemetryJobListener");

  static final String BEANS = "dev.tenon.jobs.quarkus.TenonBeans";
  static final String POOL = "dev.tenon.jobs.quarkus.TenonPool";
  static final String LIFECYCLE = "dev.tenon.jobs.quarkus.TenonLifecycle";
  static final String READINESS = "dev.tenon.jobs.quarkus.TenonReadinessCheck";
  static final String METERS = "dev.tenon.jobs.quarkus.TenonMeters";
  static final String SPANS = "dev.tenon.jobs.quarkus.TenonSpans";
  static final String DASHBOARD = "dev.tenon.jobs.quarkus.TenonDashboard";

  private TypeNames() {}
}
