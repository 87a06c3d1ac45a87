/**
 * Metrics by Micrometer and traces by OpenTelemetry. An application needs only the one of the two
 * that it uses.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.tenon.jobs.observability {
  requires transitive dev.tenon.jobs.api;
  requires static transitive io.opentelemetry.api;
  requires static transitive io.opentelemetry.context;
  requires static transitive micrometer.core;

  exports dev.tenon.jobs.observability;
}
