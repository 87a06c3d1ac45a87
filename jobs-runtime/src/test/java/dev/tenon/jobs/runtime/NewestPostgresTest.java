package dev.tenon.jobs.runtime;

/** The newest version of PostgreSQL that is supported. */
class NewestPostgresTest extends LifecycleOnAVersion {

  NewestPostgresTest() {
    super(18);
  }
}
