package dev.tenon.jobs.internal.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UncountedReleaseTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2000",
    "2, 1, 2200",
    "3, 1, 2420",
    "5, 3, 2420",
    "29, 1, 28841",
    "30, 1, 30000",
    "100000, 1, 30000"
  })
  void aJobWaitsLongerEachTimeThatItIsReleased(long lease, int attempt, long millis) {
    assertThat(UncountedRelease.wait(job(lease, attempt)).toMillis()).isEqualTo(millis);
  }

  @Test
  void anAttemptThatCountsIsNotReleased() {
    assertThat(UncountedRelease.wait(job(3, 3))).isEqualTo(UncountedRelease.wait(job(1, 1)));
  }

  private static ClaimedJob job(long lease, int attempt) {
    return new ClaimedJob(
        new Lease(UUID.randomUUID(), lease, "worker"),
        "test.newer",
        2,
        attempt,
        3,
        0,
        "{}",
        null,
        "tester",
        false,
        null,
        null,
        Headers.none(),
        Duration.ZERO);
  }
}
