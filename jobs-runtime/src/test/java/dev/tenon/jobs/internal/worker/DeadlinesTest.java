package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.SizeLimits;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ReportStore;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  @Test
  void aDeadlineThatIsCancelledWaitsNoLonger() {
    try (PostgresDatabase postgres = PostgresDatabase.shared();
        Deadlines deadlines = new Deadlines("w")) {
      Database database =
          new Database(
              postgres.dataSource(), postgres.dataSource(), postgres.dataSource(), "tenon");
      Recorder recorder =
          new Recorder(
              new OutcomeStore(database),
              new ReportStore(database),
              "w",
              "recorder",
              new Recorder.Tasks() {
                @Override
                public void ended() {
                  throw new AssertionError("nothing ends here");
                }

                @Override
                public NextTasks claimable(int ended) {
                  throw new AssertionError("nothing ends here");
                }

                @Override
                public void start(List<ClaimedJob> jobs, List<SlotTurn> turns) {
                  throw new AssertionError("nothing starts here");
                }

                @Override
                public void recorded(int jobs) {
                  throw new AssertionError("nothing ends here");
                }
              },
              released -> {});
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
                        Duration.ZERO),
                    SlotTurn.begins(),
                    new JobBinding<>(TestJobs.LONG, (order, context) -> new Receipt("")),
                    ValueStorage.unencrypted(SizeLimits.defaults()),
                    recorder,
                    new DatabaseContact(() -> {}, Duration.ofSeconds(5)),
                    Clock.systemUTC(),
                    new Attempt.Listener() {
                      @Override
                      public ScheduledFuture<?> starts(Attempt<?, ?> attempt) {
                        throw new AssertionError("nothing starts here");
                      }

                      @Override
                      public void slotIsFree() {}

                      @Override
                      public void isRecorded(Attempt<?, ?> attempt) {}
                    },
                    JobListeners.NONE)));
      }
      assertThat(deadlines.waiting()).isEqualTo(1000);
      timers.forEach(timer -> assertThat(timer.cancel(false)).isTrue());
      assertThat(deadlines.waiting()).isZero();
    }
  }
}
