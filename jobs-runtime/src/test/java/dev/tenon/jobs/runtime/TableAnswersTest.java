package dev.tenon.jobs.runtime;

/** Answers without RabbitMQ. */
class TableAnswersTest extends AnswersContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }
}
