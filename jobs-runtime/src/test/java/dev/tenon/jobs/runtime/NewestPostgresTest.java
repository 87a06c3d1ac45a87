package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** The newest version of PostgreSQL that is supported. */
@Tag("thorough")
@Tag("servers")
class NewestPostgresTest extends LifecycleOnAVersion {

  NewestPostgresTest() {
    super(18);
  }
}
