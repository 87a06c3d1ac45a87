package dev.tenon.jobs.runtime;

/** The oldest version of PostgreSQL that is supported. */
class OldestPostgresTest extends LifecycleOnAVersion {

  OldestPostgresTest() {
    super(14);
  }
}
