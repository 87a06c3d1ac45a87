package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActivityTest {

  private final AtomicBoolean hears = new AtomicBoolean(true);
  private final AtomicBoolean runs = new AtomicBoolean();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
  private final Activity activity = new Activity(hears::get, runs::get, nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aWorkerIsQuietAWhileAfterItsStart() {
    assertThat(activity.isQuiet()).isFalse();
    pass(Duration.ofMillis(1999));
    assertThat(activity.isQuiet()).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(activity.isQuiet()).isTrue();
  }

  @Test
  void itIsNotWhileItWouldNotHearOfNewJobs() {
    pass(Duration.ofMinutes(1));
    hears.set(false);
    assertThat(activity.isQuiet()).isFalse();
    hears.set(true);
    assertThat(activity.isQuiet()).isTrue();
  }

  @Test
  void itIsNotWhileItRunsAJobAndAMomentLonger() {
    pass(Duration.ofMinutes(1));
    runs.set(true);
    assertThat(activity.isQuiet()).isFalse();
    runs.set(false);
    assertThat(activity.isQuiet()).isFalse();
    pass(Duration.ofSeconds(2));
    assertThat(activity.isQuiet()).isTrue();
  }

  @Test
  void itIsNotForAsLongAsSomethingIsExpected() {
    pass(Duration.ofMinutes(1));
    activity.expected(Duration.ofSeconds(10));
    // What has happened meanwhile does not shorten it
    activity.happened();
    pass(Duration.ofSeconds(9));
    assertThat(activity.isQuiet()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(activity.isQuiet()).isTrue();
  }
}
