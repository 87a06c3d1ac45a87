package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BoundedCallTest {

  private static final Duration LIMIT = Duration.ofMillis(300);

  private final BoundedCall calls = new BoundedCall(LIMIT);

  /** As a process does that loads classes. */
  private static String work(Duration time) {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < time.toNanos()) {
      Thread.onSpinWait();
    }
    return "done";
  }

  @Test
  void workOfThisProcessDoesNotCount() throws Exception {
    assertThat(calls.run(() -> work(LIMIT.multipliedBy(8)))).isEqualTo("done");
    assertThat(calls.slowness().orElseThrow()).contains("This process is ");
  }

  @Test
  void workOfTheThreadInWhichTheDriverConnectsDoesNotCount() throws Exception {
    assertThat(
            calls.run(
                () -> {
                  Thread driver =
                      new Thread(
                          () -> {
                            String unused = work(LIMIT.multipliedBy(8));
                          },
                          "PostgreSQL JDBC driver connection thread");
                  driver.start();
                  driver.join();
                  return "connected";
                }))
        .isEqualTo("connected");
  }

  @Test
  void aCallThatWaitsForAnAnswerTimesOut() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  calls.run(
                      () -> {
                        try (Socket socket =
                            new Socket(InetAddress.getLoopbackAddress(), silent.getLocalPort())) {
                          return socket.getInputStream().read();
                        }
                      }))
          .isInstanceOf(TimeoutException.class);
    }
    assertThat(calls.lastWorkedMostly()).isFalse();
  }

  @Test
  void aCallThatWaitsForAPoolTimesOutAndAllCallsTogetherHaveOneLimit() {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  calls.run(
                      () -> {
                        never.await();
                        return true;
                      }))
          .isInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void aFailureIsTheCause() {
    assertThatThrownBy(
            () ->
                calls.run(
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("no");
  }
}
