package dev.tenon.jobs.runtime;

/** Batch handlers whose jobs come over RabbitMQ. */
class RabbitBatchTest extends BatchContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
