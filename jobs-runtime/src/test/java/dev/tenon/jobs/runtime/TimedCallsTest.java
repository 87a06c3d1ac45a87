package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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

  @Test
  void aCallIsInterruptedByACloseInAnotherThreadAndNoOtherIsMade() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    TimedCalls calls = new TimedCalls("test-call", Duration.ofMinutes(1));
    CompletableFuture<Integer> call =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return calls.call(
                    () -> {
                      begun.countDown();
                      try {
                        new CountDownLatch(1).await();
                        return 1;
                      } catch (InterruptedException e) {
                        return 2;
                      }
                    });
              } catch (TimedCalls.TookTooLong | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    begun.await();
    calls.close();
    assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    assertThatThrownBy(() -> calls.call(() -> 3)).isInstanceOf(RejectedExecutionException.class);
  }
}
