package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Limits over several processes, beside RabbitMQ. */
@Tag("thorough")
@Tag("servers")
class RabbitLimitsOverProcessesTest extends LimitsOverProcessesContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
