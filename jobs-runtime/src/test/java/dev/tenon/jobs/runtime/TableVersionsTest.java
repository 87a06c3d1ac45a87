package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import java.util.UUID;

/** Jobs of other versions and names without RabbitMQ. */
class TableVersionsTest extends VersionsContract {

  @Override
  Fixture fixture() {
    return Fixture.withoutRabbit();
  }

  @Override
  void awaitWaiting(UUID id) {
    // It is in the table as soon as it is submitted
  }

  @Override
  void awaitRefused(UUID id) {
    // The worker has taken another job of the same type since, so it has passed this one over
    Job job = jobs().get(id);
    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
    assertThat(job.workerId()).isEmpty();
    assertThat(jobs().attempts(id)).isEmpty();
  }
}
