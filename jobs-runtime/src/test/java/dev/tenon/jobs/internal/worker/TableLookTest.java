package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.jobs.internal.store.LookStore.Waiting;
import dev.tenon.jobs.internal.worker.TableLook.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableLookTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final AtomicInteger asked = new AtomicInteger();

  private TableLook look(@Nullable Duration untilDue) {
    return new TableLook(
        () -> {
          asked.incrementAndGet();
          nanos.addAndGet(3);
          return new Waiting(LimitedTypes.NONE, untilDue);
        },
        nanos::get);
  }

  @Test
  void anAnswerIsSharedUntilSomebodyWantsANewerOne() {
    TableLook look = look(null);
    assertThat(look.answeredSince(-100)).isEmpty();
    Answer first = look.since(-10).orElseThrow();
    assertThat(first.askedNanos()).isEqualTo(-5);
    assertThat(look.since(-6)).contains(first);
    assertThat(look.answeredSince(-6)).contains(first);
    assertThat(asked).hasValue(1);
    assertThat(look.since(first.askedNanos()).orElseThrow().askedNanos()).isEqualTo(-2);
    assertThat(asked).hasValue(2);
  }

  @Test
  void whoeverComesWhileAnotherAsksDoesNotWait() throws Exception {
    CountDownLatch asks = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    TableLook look =
        new TableLook(
            () -> {
              asks.countDown();
              try {
                assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return new Waiting(new LimitedTypes(List.of("a"), null), null);
            });
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      long before = System.nanoTime() - 1;
      Future<Optional<Answer>> answer = other.submit(() -> look.since(before));
      assertThat(asks.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(look.since(before)).isEmpty();
      answers.countDown();
      assertThat(answer.get(60, TimeUnit.SECONDS)).isPresent();
      assertThat(look.since(before).orElseThrow().waiting().limitedTypes().due())
          .containsExactly("a");
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void afterAFailureTheNextOneAsks() {
    TableLook look =
        new TableLook(
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("away");
              }
              return new Waiting(LimitedTypes.NONE, null);
            },
            nanos::get);
    assertThatThrownBy(() -> look.since(-10)).hasMessage("away");
    assertThat(look.since(-10)).isPresent();
  }

  @Test
  void theNextLookIsWhenAJobIsDueThatWasSeen() {
    Duration soon = Duration.ofMillis(700);
    Answer due = look(soon).since(-10).orElseThrow();
    assertThat(due.hasJobs()).isFalse();
    assertThat(due.isDueNext()).isTrue();
    // It was not due before the answer was made, which is 3 ns after the question
    assertThat(due.nextNanos()).isEqualTo(-2 + soon.toNanos());

    Answer now = look(Duration.ZERO).since(-10).orElseThrow();
    assertThat(now.hasJobs()).isTrue();

    for (Duration late : new Duration[] {TableLook.INTERVAL, Duration.ofDays(365L * 7000)}) {
      Answer later = look(late).since(-10).orElseThrow();
      assertThat(later.isDueNext()).isFalse();
      assertThat(later.hasJobs()).isFalse();
      assertThat(later.nextNanos() - later.askedNanos()).isEqualTo(TableLook.INTERVAL.toNanos());
    }
  }
}
