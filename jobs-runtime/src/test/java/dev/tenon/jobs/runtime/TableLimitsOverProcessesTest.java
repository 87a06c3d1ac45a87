package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Limits over several processes, without RabbitMQ. */
@Tag("thorough")
@Tag("servers")
class TableLimitsOverProcessesTest extends LimitsOverProcessesContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
