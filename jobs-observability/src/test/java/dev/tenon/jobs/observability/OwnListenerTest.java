package dev.tenon.jobs.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The listeners as the page about them registers them, and one that an application writes. */
class OwnListenerTest {

  private final Queue<String> chat = new ConcurrentLinkedQueue<>();

  /** Posts to a chat when a job has failed for good. */
  final class FailureNotice implements JobListener {
    @Override
    public Attempting attemptStarts(Attempt attempt) {
      return new Attempting() {
        @Override
        public void ended(AttemptEnd end) {
          if (end.nextStatus() == JobStatus.FAILED) {
            chat.offer("Job " + attempt.jobId() + " of type " + attempt.type() + " has failed.");
          }
        }
      };
    }
  }

  @Test
  void bothListenersAreRegistered() {
    MeterRegistry meterRegistry = new SimpleMeterRegistry();
    OpenTelemetry openTelemetry = OpenTelemetry.noop();
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      String url = database.url();
      String user = database.user();
      String password = database.password();
      JobsRuntime runtime =
          JobsRuntime.builder()
              .database(url, user, password)
              .listener(new MicrometerJobListener(meterRegistry))
              .listener(new OpenTelemetryJobListener(openTelemetry))
              .start();
      try {
        var unused =
            new WatchedJobs(runtime.jobs())
                .parcel()
                .submit(new Parcel(Parcel.What.SUCCEED), SubmitOptions.by("test"));
        assertThat(meterRegistry.get("tenon.job.submitted").counter().count()).isEqualTo(1);
      } finally {
        runtime.close();
      }
    }
  }

  @Test
  void aListenerOfTheApplicationLearnsThatAJobHasFailed() {
    try (Watched watched = new Watched(new FailureNotice())) {
      watched.startWorker();
      UUID id = watched.jobs.parcel().submit(new Parcel(Parcel.What.FAIL)).jobId();

      watched.awaitEnd(id, JobStatus.FAILED);

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(chat)
                      .containsExactly("Job " + id + " of type watched.parcel.send has failed."));
    }
  }
}
