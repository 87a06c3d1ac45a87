package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** The oldest version of PostgreSQL that is supported. */
@Tag("thorough")
@Tag("servers")
class OldestPostgresTest extends LifecycleOnAVersion {

  OldestPostgresTest() {
    super(14);
  }
}
