package dev.tenon.jobs.runtime;

import java.util.List;
import java.util.UUID;

/** The life of a job without RabbitMQ. */
class TableLifecycleTest extends LifecycleContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }

  @Override
  void awaitQueued(List<UUID> ids) {
    // They are in the table as soon as they are submitted
  }
}
