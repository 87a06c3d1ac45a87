package dev.tenon.jobs.runtime;

/** Limits over several processes, without RabbitMQ. */
class TableLimitsOverProcessesTest extends LimitsOverProcessesContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
