package dev.tenon.jobs.runtime;

/** Batch handlers whose jobs come from the table. */
class TableBatchTest extends BatchContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
