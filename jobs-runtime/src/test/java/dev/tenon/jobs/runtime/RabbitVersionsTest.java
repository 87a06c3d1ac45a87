package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import java.util.UUID;

/** Jobs of other versions and names with RabbitMQ. */
class RabbitVersionsTest extends VersionsContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }

  @Override
  void awaitWaiting(UUID id) {
    await().atMost(Fixture.PATIENCE).until(() -> jobs().get(id).status() == JobStatus.QUEUED);
  }

  @Override
  void awaitRefused(UUID id) {
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(jobs().attempts(id))
                    .extracting(JobAttempt::outcome)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .containsOnly(JobAttempt.Outcome.RELEASED));
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> jobs().get(id), job -> job.status() != JobStatus.RUNNING && job.attempts() == 0);
  }
}
