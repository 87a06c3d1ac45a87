package dev.tenon.jobs.runtime;

/** {@link WorkflowsContract} with RabbitMQ. */
class RabbitWorkflowsTest extends WorkflowsContract {

  @Override
  Fixture open() {
    return Fixture.withRabbit();
  }
}
