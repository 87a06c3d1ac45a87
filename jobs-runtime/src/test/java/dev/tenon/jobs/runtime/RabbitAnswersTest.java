package dev.tenon.jobs.runtime;

/** Answers with RabbitMQ. */
class RabbitAnswersTest extends AnswersContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }
}
