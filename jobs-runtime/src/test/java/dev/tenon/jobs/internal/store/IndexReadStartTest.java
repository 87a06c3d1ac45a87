package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IndexReadStartTest {

  private static final Optional<String> BEGINNING = Optional.empty();

  private final AtomicLong nanos = new AtomicLong(-5);
  private final IndexReadStart<String> readStart = new IndexReadStart<>(nanos::get);

  @Test
  void whatIsReadFastIsReadFromTheBeginning() {
    for (int i = 0; i < 3; i++) {
      reads(BEGINNING, 1, BEGINNING);
    }
  }

  @Test
  void aReadThatIsLongOnceChangesNothing() {
    reads(BEGINNING, 100, Optional.of("a"));
    reads(BEGINNING, 1, BEGINNING);
    reads(BEGINNING, 100, Optional.of("b"));
    reads(BEGINNING, 1, BEGINNING);
  }

  @Test
  void afterTwoLongReadsItIsReadOnAndFromTheBeginningForATenthOfTheTime() {
    becomesLong("b");
    reads(Optional.of("b"), 300, Optional.of("c"));
    reads(Optional.of("c"), 600, Optional.of("d"));
    reads(Optional.of("d"), 100, Optional.of("e"));
    reads(BEGINNING, 100, Optional.of("f"));
    reads(Optional.of("f"), 1_000, Optional.of("g"));
    reads(BEGINNING, 1, BEGINNING);
    reads(BEGINNING, 1, BEGINNING);
  }

  @Test
  void theBeginningIsReadOnceInAMinute() {
    reads(BEGINNING, 1, Optional.of("a"));
    reads(BEGINNING, Duration.ofMinutes(2).toNanos(), Optional.of("b"));
    reads(Optional.of("b"), Duration.ofMinutes(1).toNanos() - 1, Optional.of("c"));
    reads(Optional.of("c"), 1, Optional.of("d"));
    reads(BEGINNING, 1, BEGINNING);
  }

  @Test
  void aReadFromTheBeginningThatFailsIsNotRetriedImmediately() {
    becomesLong("b");
    nanos.addAndGet(1_000);
    assertThatThrownBy(
            () ->
                readStart.read(
                    from -> {
                      assertThat(from).isEmpty();
                      nanos.addAndGet(500);
                      throw new IllegalStateException("too long");
                    }))
        .hasMessage("too long");
    reads(Optional.of("b"), 5_000, Optional.of("c"));
    reads(BEGINNING, 1, BEGINNING);
  }

  @Test
  void oneReadsFromTheBeginningAtATime() {
    becomesLong("b");
    nanos.addAndGet(1_000);
    readStart.read(
        from -> {
          assertThat(from).isEmpty();
          reads(Optional.of("b"), 1, Optional.of("c"));
          return Optional.of("d");
        });
    reads(Optional.of("d"), 1, Optional.of("e"));
  }

  @Test
  void theNextReadBeginsALittleBeforeTheOldestThatWasFound() {
    Instant oldest = Instant.parse("2026-01-01T10:00:00Z");
    Instant before = oldest.minusMillis(100);
    long now = System.nanoTime();
    long longAgo = now - Duration.ofSeconds(1).toNanos();
    assertThat(IndexReadStart.next(Optional.empty(), now + 1_000_000_000, oldest)).isEmpty();
    assertThat(IndexReadStart.next(Optional.empty(), longAgo, oldest)).contains(before);
    assertThat(IndexReadStart.next(Optional.of(before.minusSeconds(1)), now, oldest))
        .contains(before);
    assertThat(IndexReadStart.next(Optional.of(oldest), now, oldest))
        .as("never back")
        .contains(oldest);
  }

  private void becomesLong(String next) {
    reads(BEGINNING, 100, Optional.of("a"));
    reads(BEGINNING, 100, Optional.of(next));
  }

  private void reads(Optional<String> expected, long nanosItTakes, Optional<String> next) {
    readStart.read(
        from -> {
          assertThat(from).isEqualTo(expected);
          nanos.addAndGet(nanosItTakes);
          return next;
        });
  }
}
