package dev.tenon.jobs.faults;

import dev.tenon.jobs.testservers.PostgresServer;
import dev.tenon.jobs.testservers.RabbitServer;

/**
 * The private servers of this JVM, started once. Tests may do anything to them, and each test finds
 * them running: {@link Site} sees to that. They end with the JVM.
 */
final class Servers {

  private static PostgresServer postgres;
  private static RabbitServer rabbit;

  private Servers() {}

  /**
   * A PostgreSQL that keeps what it has committed when it is killed; it would not if the power
   * failed, which no test can do.
   */
  static synchronized PostgresServer postgres() {
    if (postgres == null) {
      postgres = PostgresServer.builder().setting("fsync", "off").launch();
    } else if (!postgres.isRunning()) {
      postgres.start();
    }
    return postgres;
  }

  static synchronized RabbitServer rabbit() {
    if (rabbit == null) {
      rabbit = RabbitServer.launch();
    } else if (!rabbit.isRunning()) {
      rabbit.start();
    }
    return rabbit;
  }
}
