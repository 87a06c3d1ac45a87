package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerTrustTest {

  private final BrokerTrust trust = new BrokerTrust();
  private long now;

  /** Whether the table is asked after RabbitMQ has not worked for so long. */
  private boolean isAwayAfterDown(Duration down) {
    now += down.toNanos();
    return trust.isAway(down, Duration.ZERO, now);
  }

  /** For how long RabbitMQ has to work before the table is left. */
  private Duration untilBack() {
    for (Duration up = Duration.ZERO; ; up = up.plusMillis(500)) {
      if (!trust.isAway(Duration.ZERO, up, now)) {
        return up;
      }
      now += Duration.ofMillis(500).toNanos();
    }
  }

  @Test
  void aShortLossIsNoReasonToAskTheTable() {
    assertThat(isAwayAfterDown(Duration.ofSeconds(5))).isFalse();
    assertThat(isAwayAfterDown(Duration.ofMillis(5_001))).isTrue();
  }

  @Test
  void afterTheFirstLossTheTableIsLeftAsSoonAsRabbitMqWorks() {
    assertThat(isAwayAfterDown(Duration.ofSeconds(6))).isTrue();
    assertThat(untilBack()).isZero();
  }

  @Test
  void aRabbitMqThatIsLostSoonAfterwardsHasToWorkForLongerEachTime() {
    List<Long> seconds = new ArrayList<>();
    for (int loss = 0; loss < 9; loss++) {
      assertThat(isAwayAfterDown(Duration.ofSeconds(6))).isTrue();
      seconds.add(untilBack().toSeconds());
    }
    assertThat(seconds).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);

    now += BrokerTrust.HELD.toNanos();
    assertThat(isAwayAfterDown(Duration.ofSeconds(6))).isTrue();
    assertThat(untilBack()).as("it has held for a minute").isZero();
  }
}
