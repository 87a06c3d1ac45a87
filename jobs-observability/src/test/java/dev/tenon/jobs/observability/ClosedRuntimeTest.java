package dev.tenon.jobs.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClosedRuntimeTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private List<String> gauges() {
    return registry.getMeters().stream()
        .filter(Gauge.class::isInstance)
        .map(Meter::getId)
        // Not the buckets of what was measured: they stay, as counters do
        .filter(id -> id.syntheticAssociation() == null)
        .map(Meter.Id::getName)
        .toList();
  }

  @Test
  void theGaugesOfARuntimeGoWithIt() {
    try (Watched watched = new Watched(new MicrometerJobListener(registry))) {
      // Of the backlog first, then of what runs
      UUID id = watched.jobs.parcel().submit(new Parcel(Parcel.What.SUCCEED)).jobId();
      await().atMost(Duration.ofSeconds(60)).until(() -> gauges().contains("tenon.queue.size"));
      watched.startWorker();
      watched.awaitEnd(id, JobStatus.COMPLETED);
      assertThat(gauges()).contains("tenon.queue.types", "tenon.worker.slots", "tenon.job.running");
    }
    assertThat(gauges()).isEmpty();
    assertThat(registry.find("tenon.job.ended").counter()).as("what was counted stays").isNotNull();
  }
}
