package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueRefusedExceptionTest {

  private static final String ADVICE =
      ". Set the same queueKind in all processes, delete the queue once it is empty, or choose"
          + " another namePrefix";

  @Test
  void namesTheQueueWhatItHasAndWhatWasWanted() {
    assertThat(
            QueueRefusedException.explain(
                "jobs.order",
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'jobs.order' in"
                    + " vhost '/': received 'quorum' but current is 'classic'"))
        .isEqualTo(
            "Queue 'jobs.order' exists with other arguments: its x-queue-type is 'classic', and"
                + " Tenon wants 'quorum'"
                + ADVICE);
    assertThat(
            QueueRefusedException.explain(
                "jobs.order",
                "PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'jobs.order' in"
                    + " vhost '/': received the value '3' of type 'signedint' but current is none"))
        .isEqualTo(
            "Queue 'jobs.order' exists with other arguments: its x-max-priority is none, and"
                + " Tenon wants '3'"
                + ADVICE);
  }

  @Test
  void quotesWhatItDoesNotUnderstand() {
    assertThat(QueueRefusedException.explain("jobs.a\nb", "ACCESS_REFUSED - no\nway"))
        .isEqualTo("RabbitMQ refuses queue 'jobs.a\\nb': \"ACCESS_REFUSED - no\\nway\"");
  }
}
