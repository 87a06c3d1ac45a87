package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import java.util.List;
import java.util.UUID;

/** The life of a job with RabbitMQ. */
class RabbitLifecycleTest extends LifecycleContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }

  @Override
  void awaitQueued(List<UUID> ids) {
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(ids)
                    .allSatisfy(
                        id -> assertThat(jobs().get(id).status()).isEqualTo(JobStatus.QUEUED)));
  }
}
