package dev.tenon.jobs.internal.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestAfterWorkTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final RestAfterWork rest = new RestAfterWork(Duration.ofNanos(100), nanos::get);

  @Test
  void theFirstTimeIsImmediate() {
    assertThat(rest.hasEnded()).isTrue();
  }

  @Test
  void itRestsForTenTimesAsLongAsItHasTaken() {
    long start = nanos.getAndAdd(7);
    rest.begin(start);
    assertThat(rest.hasEnded()).isFalse();
    nanos.addAndGet(69);
    assertThat(rest.hasEnded()).isFalse();
    nanos.addAndGet(1);
    assertThat(rest.hasEnded()).isTrue();
  }

  @Test
  void itRestsNoLongerThanItMay() {
    long start = nanos.getAndAdd(11);
    rest.begin(start);
    nanos.addAndGet(99);
    assertThat(rest.hasEnded()).isFalse();
    nanos.addAndGet(1);
    assertThat(rest.hasEnded()).isTrue();
  }
}
