package dev.tenon.jobs.runtime;

import org.junit.jupiter.api.Tag;

/** {@link WorkflowsContract} with RabbitMQ. */
@Tag("servers")
@Tag("thorough")
class RabbitWorkflowsTest extends WorkflowsContract {

  @Override
  Fixture open() {
    return Fixture.withRabbit();
  }
}
