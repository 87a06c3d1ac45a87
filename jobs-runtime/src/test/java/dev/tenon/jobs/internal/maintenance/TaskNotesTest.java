package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.maintenance.MaintenanceTask.Round;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What health reads of the maintenance tasks. */
class TaskNotesTest {

  private static final Leadership LEADERSHIP = new Leadership("test", 1);

  private final Deque<Supplier<Round>> rounds = new ArrayDeque<>();
  private final MaintenanceTask task =
      new MaintenanceTask() {
        @Override
        public String name() {
          return "test";
        }

        @Override
        public Duration interval() {
          return Duration.ZERO;
        }

        @Override
        public Round run(Leadership leadership) {
          return rounds.remove().get();
        }
      };

  private PostgresDatabase postgres;
  private TaskStore store;

  @BeforeEach
  void open() {
    postgres = TenonDatabase.shared();
    DataSource source = postgres.dataSource();
    store = new TaskStore(new Database(source, source, source, "tenon"));
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  private static Round fail() {
    throw new IllegalStateException("test");
  }

  /** What the table says after these rounds, by a process that leads from now on. */
  private List<TaskStore.Run> after(List<Supplier<Round>> some) {
    TaskNotes notes = new TaskNotes(store);
    ScheduledTask scheduled = new ScheduledTask(task, notes);
    rounds.addAll(some);
    while (!rounds.isEmpty()) {
      scheduled.runIfDue(LEADERSHIP, System.nanoTime());
    }
    notes.writeNow();
    return store.list();
  }

  @Test
  void aRoundThatWasSkippedIsNoSuccess() {
    assertThat(after(List.of(TaskNotesTest::fail, () -> Round.SKIPPED)))
        .singleElement()
        .satisfies(run -> assertThat(run.lastError()).contains("IllegalStateException"));
    // Nor in another process that takes over
    assertThat(after(List.of(() -> Round.SKIPPED)))
        .singleElement()
        .satisfies(run -> assertThat(run.lastError()).contains("IllegalStateException"));
    assertThat(after(List.of(() -> Round.DONE, () -> Round.SKIPPED)))
        .singleElement()
        .satisfies(run -> assertThat(run.lastError()).isNull());
  }

  @Test
  void aTaskThatHasNothingToDoIsNotLate() {
    assertThat(after(List.of(() -> Round.SKIPPED)))
        .singleElement()
        .satisfies(run -> assertThat(run.lastError()).isNull());
  }

  @Test
  void aRunThatIsWrittenLateReplacesNoLaterOne() {
    store.failed("test", Duration.ofSeconds(1), "a failure");
    store.done(
        List.of(new TaskStore.Done("test", Duration.ofSeconds(1), Duration.ofMinutes(1), true)));
    assertThat(store.list())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.lastError()).isEqualTo("a failure");
              assertThat(run.age()).isLessThan(Duration.ofMinutes(1));
            });
  }
}
