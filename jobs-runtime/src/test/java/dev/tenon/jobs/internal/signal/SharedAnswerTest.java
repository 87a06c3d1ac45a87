package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.signal.SharedAnswer.Answer;
import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.jobs.internal.store.PollStore.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedAnswerTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final AtomicInteger asked = new AtomicInteger();

  private SharedAnswer shared() {
    return new SharedAnswer(
        () -> {
          asked.incrementAndGet();
          nanos.addAndGet(3);
          return new Waiting(LimitedTypes.NONE, null);
        },
        nanos::get);
  }

  @Test
  void anAnswerIsSharedUntilSomebodyWantsANewerOne() {
    SharedAnswer shared = shared();
    Answer first = shared.since(-10).orElseThrow();
    assertThat(first.askedNanos()).isEqualTo(-5);
    assertThat(shared.since(-6)).contains(first);
    assertThat(asked).hasValue(1);
    assertThat(shared.since(first.askedNanos()).orElseThrow().askedNanos()).isEqualTo(-2);
    assertThat(asked).hasValue(2);
  }

  @Test
  void whoeverComesWhileAnotherAsksDoesNotWait() throws Exception {
    CountDownLatch asks = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    SharedAnswer shared =
        new SharedAnswer(
            () -> {
              asks.countDown();
              try {
                assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return new Waiting(new LimitedTypes(List.of("a"), null), null);
            },
            System::nanoTime);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      long before = System.nanoTime() - 1;
      Future<Optional<Answer>> answer = other.submit(() -> shared.since(before));
      assertThat(asks.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(shared.since(before)).isEmpty();
      answers.countDown();
      assertThat(answer.get(60, TimeUnit.SECONDS)).isPresent();
      assertThat(shared.since(before).orElseThrow().waiting().limitedTypes().due())
          .containsExactly("a");
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void afterAFailureTheNextOneAsks() {
    SharedAnswer shared =
        new SharedAnswer(
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("away");
              }
              return new Waiting(LimitedTypes.NONE, null);
            },
            nanos::get);
    assertThatThrownBy(() -> shared.since(-10)).hasMessage("away");
    assertThat(shared.since(-10)).isPresent();
  }
}
