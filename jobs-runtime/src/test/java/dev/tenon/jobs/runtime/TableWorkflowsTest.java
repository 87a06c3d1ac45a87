package dev.tenon.jobs.runtime;

/** {@link WorkflowsContract} where workers take their jobs from the table. */
class TableWorkflowsTest extends WorkflowsContract {

  @Override
  Fixture open() {
    return Fixture.withoutRabbit();
  }
}
