package dev.tenon.jobs.internal.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.steps.MemoryRecords;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  @Test
  void aCancelledDeadlineNoLongerWaits() {
    try (Deadlines deadlines = new Deadlines("w")) {
      Slots slots = new Slots(1, task -> {});
      ReportQueue reports = new ReportQueue(slots::taskEnded);
      AttemptEnvironment environment =
          new AttemptEnvironment(
              ValueStorage.unencrypted(SizeLimits.defaults()),
              new DatabaseContact(() -> Duration.ofDays(1), Duration.ofSeconds(5)),
              Clock.systemUTC(),
              slots,
              deadlines,
              JobListeners.NONE,
              new WorkerSteps((jobId, cursors) -> new MemoryRecords()));
      List<ScheduledFuture<?>> timers = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        timers.add(
            deadlines.start(
                new Attempt<>(
                    new ClaimedJob(
                        new Lease(UUID.randomUUID(), 1, "w"),
                        TestJobs.LONG.type(),
                        1,
                        1,
                        1,
                        0,
                        "{}",
                        null,
                        "tester",
                        false,
                        null,
                        null,
                        Headers.none(),
                        Duration.ZERO),
                    SlotTurn.begins(),
                    new JobBinding<>(TestJobs.LONG, (order, context) -> new Receipt("")),
                    environment,
                    reports,
                    attempt -> {})));
      }
      assertThat(deadlines.waiting()).isEqualTo(1000);
      timers.forEach(timer -> assertThat(timer.cancel(false)).isTrue());
      assertThat(deadlines.waiting()).isZero();
    }
  }
}
