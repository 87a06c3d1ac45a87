package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Order per key with RabbitMQ. */
@Tag("servers")
@Tag("thorough")
class RabbitOrderTest extends OrderContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
