package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.DynamicTest;
import org.slf4j.LoggerFactory;

/**
 * A case of the matrix of bad set-ups: what is started, and what the refusal must say. It must say
 * it in time, and no password may be in the message, in its causes or in the log.
 */
final class BadSetUp {

  /** The password of every role, which must be seen nowhere. */
  static final String PASSWORD = "hush-" + "4711-xyzzy";

  /** The limit is 10 s; the rest is for slow machines. */
  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  private BadSetUp() {}

  /** Makes the builder of a runtime that cannot start. */
  interface SetUp {
    JobsRuntimeBuilder builder() throws Exception;
  }

  /** A case in which the runtime does not start. */
  static DynamicTest refused(
      String name, Class<? extends RuntimeException> type, SetUp setUp, String... parts) {
    return DynamicTest.dynamicTest(
        name, () -> refuses(() -> setUp.builder().closeOnShutdown(false).start(), type, parts));
  }

  /** Asserts that a start is refused. */
  static void refuses(
      Callable<? extends AutoCloseable> start,
      Class<? extends RuntimeException> type,
      String... parts)
      throws Exception {
    try (Captured log = new Captured()) {
      long before = System.nanoTime();
      Throwable thrown = null;
      try (AutoCloseable started = start.call()) {
        assertThat(started).isNotNull();
      } catch (Exception e) {
        thrown = e;
      }
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      if (thrown == null) {
        fail("It started. Expected a refusal with %s", List.of(parts));
      }
      assertThat(thrown).as("the refusal").isInstanceOf(type);
      assertThat(thrown.getMessage()).contains(parts);
      assertThat(took).as("time to the message").isLessThan(MAX_TIME);
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).as("message and causes").doesNotContain(PASSWORD);
      log.assertWithout(PASSWORD);
    }
  }

  /** Everything that is logged, by SLF4J and by java.util.logging. */
  static final class Captured implements AutoCloseable {

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final java.util.logging.Logger jul = LogManager.getLogManager().getLogger("");
    private final List<String> julLines = new CopyOnWriteArrayList<>();
    private final Level hikariLevel;
    private final Logger hikari = (Logger) LoggerFactory.getLogger("com.zaxxer.hikari");
    private final Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            julLines.add(new SimpleFormatter().format(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };

    Captured() {
      hikariLevel = hikari.getLevel();
      hikari.setLevel(Level.DEBUG);
      appender.start();
      root.addAppender(appender);
      jul.addHandler(handler);
    }

    /** The lines so far, with their traces. */
    List<String> lines() {
      List<String> lines = new CopyOnWriteArrayList<>(julLines);
      for (ILoggingEvent event : List.copyOf(appender.list)) {
        String trace =
            event.getThrowableProxy() == null
                ? ""
                : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
        lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + trace);
      }
      return lines;
    }

    void assertWithout(String secret) {
      assertThat(lines()).as("the log").noneMatch(line -> line.contains(secret));
    }

    @Override
    public void close() {
      root.detachAppender(appender);
      jul.removeHandler(handler);
      hikari.setLevel(hikariLevel);
    }
  }
}
