package dev.tenon.jobs.internal.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WakeUpTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final WakeUp wakeUp = new WakeUp();

  @Test
  void whoeverIsWokenTooEarlyDoesNotWait() throws InterruptedException {
    wakeUp.wake();
    assertThat(wakeUp.await(LONG)).isTrue();
    assertThat(wakeUp.await(Duration.ZERO)).isFalse();
  }

  @Test
  void whatIsWokenAMillionTimesIsWokenOnce() throws InterruptedException {
    for (int i = 0; i < 1_000_000; i++) {
      wakeUp.wake();
    }
    assertThat(wakeUp.await(LONG)).isTrue();
    assertThat(wakeUp.await(Duration.ZERO)).isFalse();
  }

  @Test
  void aWaitEndsWhenItIsWoken() throws InterruptedException {
    Thread other = new Thread(wakeUp::wake);
    other.start();
    assertThat(wakeUp.await(LONG)).isTrue();
    other.join();
  }
}
