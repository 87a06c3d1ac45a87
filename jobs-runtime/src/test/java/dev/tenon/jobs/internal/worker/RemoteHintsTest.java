package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RemoteHintsTest {

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final RemoteHints hints = new RemoteHints(nanoTime::get);

  private void pass(long millis) {
    nanoTime.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void whoFindsJobsFollowsEveryHint() {
    for (int i = 0; i < 10; i++) {
      assertThat(hints.isWorthALook()).isTrue();
      hints.looked(true);
    }
  }

  @Test
  void oneLookIsEnoughForTheHintsBeforeIt() {
    assertThat(hints.isWorthALook()).isTrue();
    assertThat(hints.isWorthALook()).isFalse();
    hints.looked(true);
    assertThat(hints.isWorthALook()).isTrue();
  }

  @Test
  void whoFindsNothingListensLessOftenUntilItFindsSomething() {
    for (long pause : new long[] {5, 10, 20, 40, 80, 160, 250, 250}) {
      assertThat(hints.isWorthALook()).isTrue();
      hints.looked(false);
      pass(pause - 1);
      assertThat(hints.isWorthALook()).as("before %d ms", pause).isFalse();
      pass(1);
    }
    hints.looked(true);
    assertThat(hints.isWorthALook()).isTrue();
  }

  @Test
  void aLookThatNobodyAskedForSaysNothingAboutHints() {
    hints.looked(false);
    hints.looked(false);
    assertThat(hints.isWorthALook()).isTrue();
  }
}
