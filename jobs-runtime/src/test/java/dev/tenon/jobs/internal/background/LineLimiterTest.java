package dev.tenon.jobs.internal.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LineLimiterTest {

  private long now;
  private final LineLimiter limiter = new LineLimiter(Duration.ofNanos(100), () -> now);

  @Test
  void theFirstLineIsWrittenImmediately() {
    assertThat(limiter.admit("a")).isEqualTo(1);
  }

  @Test
  void aLineStandsForThoseThatWereHeldBack() {
    assertThat(limiter.admit("a")).isEqualTo(1);
    now = 50;
    assertThat(limiter.admit("a")).isZero();
    now = 99;
    assertThat(limiter.admit("a")).isZero();
    now = 100;
    assertThat(limiter.admit("a")).isEqualTo(3);
    now = 300;
    assertThat(limiter.admit("a")).isEqualTo(1);
  }

  @Test
  void subjectsAreCountedApart() {
    assertThat(limiter.admit("a")).isEqualTo(1);
    assertThat(limiter.admit("b")).isEqualTo(1);
    assertThat(limiter.admit("a")).isZero();
  }

  @Test
  void madeUpSubjectsShareOneLine() {
    for (int i = 0; i < LineLimiter.MAX_SUBJECTS; i++) {
      assertThat(limiter.admit("subject " + i)).isEqualTo(1);
    }
    assertThat(limiter.admit("one more")).isEqualTo(1);
    assertThat(limiter.admit("another")).isZero();
    assertThat(limiter.admit("a third")).isZero();
  }

  @Test
  void expiredSubjectsMakeRoom() {
    for (int i = 0; i < LineLimiter.MAX_SUBJECTS; i++) {
      limiter.admit("subject " + i);
    }
    now = 100;
    assertThat(limiter.admit("one more")).isEqualTo(1);
    assertThat(limiter.admit("another")).isEqualTo(1);
  }
}
