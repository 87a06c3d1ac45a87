package dev.tenon.jobs.observability;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** The handlers of the tests. */
final class Handlers {

  private Handlers() {}

  /** Does what the payload says. */
  @JobType("watched.parcel.send")
  static final class OfParcels implements JobHandler<Parcel, Void> {

    final List<SpanContext> spans = new CopyOnWriteArrayList<>();
    final CountDownLatch release = new CountDownLatch(1);
    final CountDownLatch waits = new CountDownLatch(1);
    private final Set<UUID> snoozed = ConcurrentHashMap.newKeySet();

    @Override
    public Void execute(Parcel parcel, JobContext context) throws InterruptedException {
      spans.add(Span.current().getSpanContext());
      switch (parcel.what()) {
        case SUCCEED -> {}
        case FAIL_ONCE -> {
          if (context.attempt() == 1) {
            throw new IllegalStateException("secret of a customer");
          }
        }
        case FAIL -> throw new PermanentJobException("never");
        case SNOOZE_ONCE -> {
          if (snoozed.add(context.jobId())) {
            throw context.snooze(Duration.ofMillis(10));
          }
        }
        case WAIT -> {
          waits.countDown();
          release.await();
        }
      }
      return null;
    }
  }

  /** Has a step that fails once, and sleeps, if the letter is called {@link #DURABLE}. */
  @JobType("watched.letter.send")
  @Sleeps("overNight")
  static final class OfLetters implements JobHandler<Letter, Void> {

    static final String DURABLE = "durable";

    final List<SpanContext> spans = new CopyOnWriteArrayList<>();

    @Override
    public Void execute(Letter letter, JobContext context) {
      if (letter.name().equals(DURABLE)) {
        HandlersOfLettersSteps steps = HandlersOfLettersSteps.of(this, context);
        steps.stamp();
        steps.sleepOverNight(Duration.ofMillis(10));
      }
      return null;
    }

    @Step
    void stamp() {
      spans.add(Span.current().getSpanContext());
      if (spans.size() == 1) {
        throw new IllegalStateException("secret of a customer");
      }
    }
  }
}
