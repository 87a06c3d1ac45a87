package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Limits beside RabbitMQ. */
@Tag("servers")
@Tag("thorough")
class RabbitLimitsTest extends LimitsContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
