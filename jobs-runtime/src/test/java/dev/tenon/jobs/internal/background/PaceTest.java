package dev.tenon.jobs.internal.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Pace pace = new Pace(Duration.ofNanos(100), nanos::get);

  @Test
  void theFirstTimeIsAtOnce() {
    assertThat(pace.isDue()).isTrue();
  }

  @Test
  void itRestsForTenTimesAsLongAsItHasTaken() {
    long start = nanos.getAndAdd(7);
    pace.wasDone(start);
    assertThat(pace.isDue()).isFalse();
    nanos.addAndGet(69);
    assertThat(pace.isDue()).isFalse();
    nanos.addAndGet(1);
    assertThat(pace.isDue()).isTrue();
  }

  @Test
  void itRestsNoLongerThanItMay() {
    long start = nanos.getAndAdd(11);
    pace.wasDone(start);
    nanos.addAndGet(99);
    assertThat(pace.isDue()).isFalse();
    nanos.addAndGet(1);
    assertThat(pace.isDue()).isTrue();
  }
}
