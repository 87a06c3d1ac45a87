package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Order per key without RabbitMQ. */
@Tag("servers")
class TableOrderTest extends OrderContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
