/**
 * Metrics by Micrometer and traces by OpenTelemetry. An application needs only the one of the two
 * that it uses.
 */
// Not transitive: whoever has only one of the two could not compile
@SuppressWarnings("requires-automatic")
module dev.tenon.jobs.observability {
  requires transitive dev.tenon.jobs.api;
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires static micrometer.core;

  exports dev.tenon.jobs.observability;
}
