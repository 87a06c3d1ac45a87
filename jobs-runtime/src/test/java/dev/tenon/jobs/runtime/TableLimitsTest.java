package dev.tenon.jobs.runtime;

/** Limits without RabbitMQ. */
class TableLimitsTest extends LimitsContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
