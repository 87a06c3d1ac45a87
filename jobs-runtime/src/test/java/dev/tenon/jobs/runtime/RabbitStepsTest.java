package dev.tenon.jobs.runtime;

/** Steps with RabbitMQ. */
class RabbitStepsTest extends StepsContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
