package dev.tenon.jobs.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogBufferTest {

  private static final Lease ONE = new Lease(UUID.randomUUID(), 1, "w");
  private static final Lease OTHER = new Lease(UUID.randomUUID(), 1, "w");

  private static LogLine line(Lease lease, String message) {
    return new LogLine(lease, 1, JobLogLevel.INFO, message, null, Instant.EPOCH);
  }

  private static List<LogLine> take(LogBuffer buffer, int max) {
    List<LogLine> taken = new ArrayList<>();
    buffer.take(max, Long.MAX_VALUE, taken::addAll);
    return taken;
  }

  private static List<String> takeAll(LogBuffer buffer, Lease lease) {
    List<String> messages = new ArrayList<>();
    while (!buffer.isEmpty()) {
      take(buffer, 100).stream()
          .filter(line -> line.lease().equals(lease))
          .map(LogLine::message)
          .forEach(messages::add);
    }
    return messages;
  }

  @Test
  void whileNothingIsRecordedTheNewestLinesAreKeptAndOneSaysHowManyAreMissing() {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    for (int i = 1; i <= LogBuffer.MAX_LINES_OF_A_JOB + 2000; i++) {
      buffer.add(line(ONE, "line " + i));
    }
    List<String> messages = takeAll(buffer, ONE);
    assertThat(messages).hasSize(LogBuffer.MAX_LINES_OF_A_JOB + 1);
    assertThat(messages.get(0))
        .isEqualTo("2000 lines are missing here because they could not be recorded fast enough.");
    assertThat(messages.get(1)).isEqualTo("line 2001");
    assertThat(messages.get(messages.size() - 1))
        .isEqualTo("line " + (LogBuffer.MAX_LINES_OF_A_JOB + 2000));
  }

  @Test
  void theLinesOfAllJobsAreBoundedInBytes() {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    String mebibyte = "x".repeat(1024 * 1024);
    for (int i = 0; i < 40; i++) {
      buffer.add(line(ONE, mebibyte));
    }
    buffer.add(line(OTHER, "small"));
    assertThat(takeAll(buffer, OTHER)).containsExactly("small");
    for (int i = 0; i < 40; i++) {
      buffer.add(line(ONE, mebibyte));
    }
    assertThat(takeAll(buffer, ONE)).hasSizeLessThanOrEqualTo(33).contains(mebibyte);
  }

  @Test
  void linesThatCannotBeTakenStay() {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    for (int i = 0; i <= LogBuffer.MAX_LINES_OF_A_JOB; i++) {
      buffer.add(line(ONE, "line " + i));
    }
    buffer.add(line(OTHER, "other"));
    OutOfMemoryError noMemory = new OutOfMemoryError("test");
    assertThatThrownBy(
            () ->
                buffer.take(
                    100,
                    Long.MAX_VALUE,
                    lines -> {
                      throw noMemory;
                    }))
        .isSameAs(noMemory);
    assertThat(buffer.has(OTHER)).isTrue();
    List<String> messages = takeAll(buffer, ONE);
    assertThat(messages)
        .hasSize(LogBuffer.MAX_LINES_OF_A_JOB + 1)
        .startsWith(
            "1 lines are missing here because they could not be recorded fast enough.", "line 1")
        .endsWith("line " + LogBuffer.MAX_LINES_OF_A_JOB);
  }

  @Test
  void linesOfManyJobsTakeTurns() {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    for (int i = 0; i < 3000; i++) {
      buffer.add(line(ONE, "one"));
    }
    buffer.add(line(OTHER, "other"));
    assertThat(take(buffer, 2000)).contains(line(OTHER, "other"));
    assertThat(buffer.has(OTHER)).isFalse();
    assertThat(buffer.has(ONE)).isTrue();
  }

  @Test
  void aHandlerThatIsTooFastWaitsUntilLinesAreTaken() throws Exception {
    LogBuffer buffer = new LogBuffer();
    for (int i = 0; i < LogBuffer.MAX_LINES_OF_A_JOB; i++) {
      buffer.add(line(ONE, "line"));
    }
    Thread handler = new Thread(() -> buffer.add(line(ONE, "last")));
    handler.start();
    while (handler.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(take(buffer, 10)).hasSize(10);
    handler.join(TimeUnit.SECONDS.toMillis(30));
    List<String> messages = takeAll(buffer, ONE);
    assertThat(messages).hasSize(LogBuffer.MAX_LINES_OF_A_JOB - 10 + 1).endsWith("last");
  }

  private static LogLine value(Lease lease, int number) {
    return LogLine.emitted(lease, 1, number, 1, "value " + number, Instant.EPOCH);
  }

  private static int number(LogLine value) {
    return Objects.requireNonNull(value.emitted()).number();
  }

  @Test
  void valuesAreNeverDroppedWhateverElseIs() {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    buffer.add(line(ONE, "old"));
    for (int i = 1; i < LogBuffer.MAX_LINES_OF_A_JOB; i++) {
      buffer.addEmitted(value(ONE, i), () -> false);
    }
    buffer.add(line(ONE, "new"));
    buffer.add(line(ONE, "newer"));
    buffer.add(line(ONE, "newest"));
    assertThat(buffer.addEmitted(value(ONE, 0), () -> true)).as("no room, and over").isFalse();
    List<LogLine> taken = new ArrayList<>();
    while (!buffer.isEmpty()) {
      taken.addAll(take(buffer, 100));
    }
    assertThat(taken.stream().filter(LogLine::isEmitted).map(LogBufferTest::number))
        .containsExactlyElementsOf(
            IntStream.range(1, LogBuffer.MAX_LINES_OF_A_JOB).boxed().toList());
    assertThat(taken.stream().filter(line -> !line.isEmitted()).map(LogLine::message))
        .containsExactly(
            "3 lines are missing here because they could not be recorded fast enough.", "newest");
  }

  @Test
  void aBufferThatIsFullOfValuesDropsEvenTheNewestLine() {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    for (int i = 1; i <= LogBuffer.MAX_LINES_OF_A_JOB; i++) {
      buffer.addEmitted(value(ONE, i), () -> false);
    }
    buffer.add(line(ONE, "dropped"));
    assertThat(takeAll(buffer, ONE))
        .contains("1 lines are missing here because they could not be recorded fast enough.")
        .doesNotContain("dropped");
  }

  @Test
  void aValueWaitsForRoomThroughAnInterruptAndKeepsIt() throws Exception {
    LogBuffer buffer = new LogBuffer();
    buffer.recordsLines(false);
    for (int i = 1; i <= LogBuffer.MAX_LINES_OF_A_JOB; i++) {
      buffer.addEmitted(value(ONE, i), () -> false);
    }
    CompletableFuture<Boolean> wasInterrupted = new CompletableFuture<>();
    Thread emitting =
        new Thread(
            () -> {
              buffer.addEmitted(value(ONE, 0), () -> false);
              wasInterrupted.complete(Thread.currentThread().isInterrupted());
            });
    emitting.start();
    emitting.interrupt();
    assertThat(wasInterrupted).isNotDone();
    List<LogLine> taken = new ArrayList<>(take(buffer, 100));
    assertThat(wasInterrupted.get(1, TimeUnit.MINUTES)).isTrue();
    while (!buffer.isEmpty()) {
      taken.addAll(take(buffer, 100));
    }
    assertThat(number(taken.get(taken.size() - 1))).isZero();
  }
}
