package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.operate.BacklogStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.scaling.ScalingReader;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.listen.JobsFigures.Backlog;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Figures are read while somebody wants them. */
@Tag("servers")
class FiguresTest {

  private final StoreFixture store = new StoreFixture();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicReference<Figures> figures = new AtomicReference<>();

  @AfterEach
  void close() {
    figures.get().close();
    store.close();
  }

  /** A listener that looks at the other figures whenever it hears of new ones, as meters do. */
  private final class Looking implements JobListener {
    @Override
    public void backlogRead(Backlog backlog) {
      reads.incrementAndGet();
      assertThat(figures.get().maintenance()).isPresent();
      assertThat(figures.get().waits()).isPresent();
    }
  }

  @Test
  void readingEndsAlthoughAListenerLooksAtEachRead() {
    figures.set(
        new Figures(
            new Figures.Sources(
                new BacklogStore(store.database),
                new StepPages(store.database),
                new TaskStore(store.database),
                new ScalingReader(store.database, Duration.ofSeconds(15))),
            List::of,
            null,
            Clock.systemUTC(),
            new JobListeners(List.of(new Looking())),
            new Figures.Times(Duration.ofMillis(10), Duration.ofMillis(100))));

    assertThat(figures.get().backlog()).as("not read yet").isEmpty();
    // Longer than the attention, so that this does not keep it awake
    await()
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> reads.get() > 0 && figures.get().backlog().isEmpty());
    int before = reads.get();
    await().until(() -> reads.get() > before);
  }
}
