package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Jobs that never get a limit key are looked at less and less often. */
class MissingKeysIntervalTest {

  @Test
  void itDoublesWhileThereAreNoKeysToGive() {
    Duration interval = Duration.ofMinutes(1);
    interval = LimitKeys.intervalAfter(interval, 0);
    assertThat(interval).isEqualTo(Duration.ofMinutes(2));
    for (int look = 0; look < 10; look++) {
      interval = LimitKeys.intervalAfter(interval, 0);
    }
    assertThat(interval).isEqualTo(Duration.ofMinutes(15));
    assertThat(LimitKeys.intervalAfter(interval, 1)).isEqualTo(Duration.ofMinutes(1));
  }
}
