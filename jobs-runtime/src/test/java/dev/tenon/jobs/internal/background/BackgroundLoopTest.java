package dev.tenon.jobs.internal.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BackgroundLoopTest {

  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Logger logger = (Logger) LoggerFactory.getLogger(BackgroundLoop.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  private List<String> lines(Level level) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static BackgroundLoop.Builder loop() {
    return BackgroundLoop.named("test-loop")
        .description("The test")
        .whatFollowsAFailure("Nothing is lost.")
        .retryPause(PAUSE, PAUSE);
  }

  @Test
  void continuesAfterWhateverAStepThrows() throws InterruptedException {
    List<Throwable> failures =
        List.of(
            new SQLException("secret", "57P01"),
            new IllegalStateException("secret"),
            new OutOfMemoryError("secret"));
    AtomicInteger steps = new AtomicInteger();
    BackgroundLoop loop =
        loop()
            .repeat(
                () -> {
                  int step = steps.getAndIncrement();
                  if (step < failures.size()) {
                    sneak(failures.get(step));
                  }
                  return PAUSE;
                });
    loop.start();
    await().until(() -> steps.get() > failures.size() + 1);

    assertThat(loop.isAlive()).isTrue();
    assertThat(loop.isFailing()).isFalse();
    assertThat(loop.close(Duration.ofSeconds(10))).isTrue();
    assertThat(lines(Level.WARN))
        .containsExactly(
            "The test failed with java.sql.SQLException (SQL state 57P01). Nothing is lost. The next"
                + " try is in 1 ms.");
    assertThat(lines(Level.INFO)).containsExactly("The test works again.");
    assertThat(log.list.get(0).getThrowableProxy().getMessage()).doesNotContain("secret");
  }

  @Test
  void isFailingUntilAStepSucceeds() throws InterruptedException {
    AtomicBoolean broken = new AtomicBoolean(true);
    BackgroundLoop loop =
        loop()
            .repeat(
                () -> {
                  if (broken.get()) {
                    throw new IllegalStateException();
                  }
                  return PAUSE;
                });
    loop.start();
    await().until(loop::isFailing);
    broken.set(false);
    await().until(() -> !loop.isFailing());
    assertThat(loop.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void wakingEndsThePause() throws InterruptedException {
    AtomicInteger steps = new AtomicInteger();
    BackgroundLoop loop =
        loop()
            .repeat(
                () -> {
                  steps.incrementAndGet();
                  return LONG;
                });
    loop.start();
    await().until(() -> steps.get() == 1);
    loop.wake();
    await().until(() -> steps.get() == 2);
    assertThat(loop.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void closingEndsThePauseAndWaitsForTheStep() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    AtomicBoolean finished = new AtomicBoolean();
    BackgroundLoop loop =
        loop()
            .repeat(
                () -> {
                  started.countDown();
                  finished.set(finish.await(1, TimeUnit.MINUTES));
                  return LONG;
                });
    loop.start();
    assertThat(started.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(loop.close(Duration.ZERO)).isFalse();
    assertThat(loop.isClosing()).isTrue();
    finish.countDown();
    assertThat(loop.close(Duration.ofSeconds(10))).isTrue();
    assertThat(finished).isTrue();
  }

  @Test
  void anInterruptEndsTheLoop() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    BackgroundLoop loop =
        loop()
            .repeat(
                () -> {
                  started.countDown();
                  new CountDownLatch(1).await();
                  return PAUSE;
                });
    loop.start();
    assertThat(started.await(1, TimeUnit.MINUTES)).isTrue();
    loop.interrupt();
    assertThat(loop.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void aLoopThatWasNeverStartedIsClosedImmediately() throws InterruptedException {
    assertThat(loop().repeat(() -> PAUSE).close(Duration.ofSeconds(1))).isTrue();
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable failure) throws T {
    throw (T) failure;
  }

  @Test
  void aPauseAfterAFailureIsNotEndedByMoreWorkButByTheClose() throws InterruptedException {
    AtomicInteger steps = new AtomicInteger();
    BackgroundLoop loop =
        loop()
            .retryPause(LONG, LONG)
            .repeat(
                () -> {
                  steps.incrementAndGet();
                  throw new IllegalStateException("secret");
                });
    loop.start();
    await().until(loop::isFailing);
    for (int i = 0; i < 100; i++) {
      loop.wake();
      TimeUnit.MILLISECONDS.sleep(2);
    }
    assertThat(steps).hasValue(1);
    assertThat(loop.close(LONG)).isTrue();
  }
}
