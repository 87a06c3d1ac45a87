package dev.tenon.jobs.runtime;

/** Steps without RabbitMQ. */
class TableStepsTest extends StepsContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
