/**
 * Runs jobs on PostgreSQL and RabbitMQ. An application's module requires this one, and provides
 * {@link dev.tenon.jobs.definition.ModuleDefinition} with its generated module class.
 */
// RabbitMQ's client and the jar of internal libraries have no module descriptors;
// docs/decisions/0008
// says what follows.
// The package of the migrations has no class, and is open so that Flyway finds its resources.
// The test kit is a module that applications have in their tests only.
@SuppressWarnings({"requires-automatic", "opens", "module"})
module dev.tenon.jobs.runtime {
  requires transitive dev.tenon.jobs.api;
  requires com.rabbitmq.client;
  requires com.zaxxer.hikari;
  requires dev.tenon.jobs.libraries;
  requires org.postgresql.jdbc;
  requires org.slf4j;

  exports dev.tenon.jobs.options;
  exports dev.tenon.jobs.runtime;
  // What decides in production decides in tests
  exports dev.tenon.jobs.internal.cursor to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.values to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.sql to
      dev.tenon.jobs.cli;
  exports dev.tenon.jobs.internal.rollout to
      dev.tenon.jobs.cli;
  exports dev.tenon.jobs.internal.schema to
      dev.tenon.jobs.cli;
  exports dev.tenon.jobs.internal.store to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.schedule to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.operate to
      dev.tenon.jobs.cli,
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.steps to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.submit to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.background to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.recording to
      dev.tenon.jobs.testing;
  exports dev.tenon.jobs.internal.attempt to
      dev.tenon.jobs.testing;

  opens dev.tenon.jobs.internal.schema.migrations;

  uses dev.tenon.jobs.definition.ModuleDefinition;
}
