package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Batch handlers whose jobs come over RabbitMQ. */
@Tag("thorough")
class RabbitBatchTest extends BatchContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
