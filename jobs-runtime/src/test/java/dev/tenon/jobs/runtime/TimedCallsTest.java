package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Methods of an application that return, throw, or do neither. */
class TimedCallsTest {

  @Test
  void aCallThatDoesNotReturnIsInterruptedAndTheNextOneIsMade() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (TimedCalls calls = new TimedCalls("test-call", Duration.ofMillis(50))) {
      assertThatThrownBy(
              () ->
                  calls.call(
                      () -> {
                        try {
                          new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                          interrupted.countDown();
                        }
                        return 1;
                      }))
          .isInstanceOf(TimedCalls.TookTooLong.class);
      interrupted.await();
    }
    try (TimedCalls calls = new TimedCalls("test-call", Duration.ofMinutes(1))) {
      assertThat(calls.call(() -> 2)).isEqualTo(2);
    }
  }

  @Test
  void whatIsThrownIsThrown() {
    try (TimedCalls calls = new TimedCalls("test-call", Duration.ofMinutes(1))) {
      assertThatThrownBy(
              () ->
                  calls.call(
                      () -> {
                        throw new IllegalStateException("exception");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("exception");
      assertThatThrownBy(
              () ->
                  calls.call(
                      () -> {
                        throw new StackOverflowError("error");
                      }))
          .isInstanceOf(StackOverflowError.class);
    }
  }
}
