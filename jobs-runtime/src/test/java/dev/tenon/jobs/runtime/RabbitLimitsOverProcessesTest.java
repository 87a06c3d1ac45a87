package dev.tenon.jobs.runtime;

/** Limits over several processes, beside RabbitMQ. */
class RabbitLimitsOverProcessesTest extends LimitsOverProcessesContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
