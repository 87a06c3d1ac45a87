package dev.tenon.jobs.runtime;

/** Limits beside RabbitMQ. */
class RabbitLimitsTest extends LimitsContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
