package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestClockTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final int THREADS = 4;
  private static final int TURNS = 20_000;

  @Test
  void noTurnIsLostWhenThreadsTurnItTogether() throws InterruptedException {
    TestClock clock = TestClock.at(START);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int turn = 0; turn < TURNS; turn++) {
                  clock.advance(Duration.ofSeconds(1));
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(clock.instant()).isEqualTo(START.plusSeconds((long) THREADS * TURNS));
  }
}
