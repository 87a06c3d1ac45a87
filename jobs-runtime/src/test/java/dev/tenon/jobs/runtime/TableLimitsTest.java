package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** Limits without RabbitMQ. */
@Tag("servers")
class TableLimitsTest extends LimitsContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
