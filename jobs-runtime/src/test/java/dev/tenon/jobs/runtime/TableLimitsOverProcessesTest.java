package dev.tenon.jobs.runtime;

import org.jspecify.annotations.Nullable;

/** Limits over several processes, without RabbitMQ. */
class TableLimitsOverProcessesTest extends LimitsOverProcessesContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }

  @Override
  @Nullable String amqpUri(Fixture fixture) {
    return null;
  }
}
