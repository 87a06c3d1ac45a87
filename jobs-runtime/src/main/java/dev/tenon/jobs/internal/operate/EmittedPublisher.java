package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.StoredValues;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the values that a job emits, out of its events. For each event that a subscriber does
 * not get, another one is requested. Thread-safe.
 *
 * @param <E> the values
 */
public final class EmittedPublisher<E> implements Flow.Publisher<EmittedValue<E>> {

  private final Flow.Publisher<JobEvent> events;
  private final Function<JobEvent.Emitted, EmittedValue<E>> reading;

  private EmittedPublisher(
      Flow.Publisher<JobEvent> events, Function<JobEvent.Emitted, EmittedValue<E>> reading) {
    this.events = events;
    this.reading = reading;
  }

  /**
   * Creates a publisher.
   *
   * @param events the events of one job, with entries as they are stored
   * @param definition the type of the job
   * @param values the values that its jobs emit
   */
  public static <E> EmittedPublisher<E> of(
      Flow.Publisher<JobEvent> events,
      JobDefinition<?, ?> definition,
      ValueDefinition<E> values,
      Encryption encryption) {
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(values, "values");
    return new EmittedPublisher<>(events, event -> read(event, definition, values, encryption));
  }

  private static <E> EmittedValue<E> read(
      JobEvent.Emitted event,
      JobDefinition<?, ?> definition,
      ValueDefinition<E> values,
      Encryption encryption) {
    StoredLogEntry entry = (StoredLogEntry) event.entry();
    StoredLogEntry.Value stored = entry.value().orElseThrow();
    E value =
        StoredValues.emitted(
            definition, values, event.jobId(), stored.version(), stored.stored(), encryption);
    return new EmittedValue<>(event.id(), entry.attempt(), stored.run(), value);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super EmittedValue<E>> subscriber) {
    events.subscribe(new Filter<>(Objects.requireNonNull(subscriber, "subscriber"), reading));
  }

  /** Passes on the values. Its methods are called one after the other. */
  private static final class Filter<E> implements Flow.Subscriber<JobEvent> {

    private final Flow.Subscriber<? super EmittedValue<E>> subscriber;
    private final Function<JobEvent.Emitted, EmittedValue<E>> reading;
    private Flow.@Nullable Subscription subscription;
    private boolean isEnded;

    Filter(
        Flow.Subscriber<? super EmittedValue<E>> subscriber,
        Function<JobEvent.Emitted, EmittedValue<E>> reading) {
      this.subscriber = subscriber;
      this.reading = reading;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      subscriber.onSubscribe(given);
    }

    @Override
    public void onNext(JobEvent event) {
      if (isEnded) {
        return;
      }
      if (!(event instanceof JobEvent.Emitted emitted)) {
        Objects.requireNonNull(subscription).request(1);
        return;
      }
      EmittedValue<E> value;
      try {
        value = reading.apply(emitted);
      } catch (RuntimeException e) {
        isEnded = true;
        Objects.requireNonNull(subscription).cancel();
        subscriber.onError(e);
        return;
      }
      subscriber.onNext(value);
    }

    @Override
    public void onError(Throwable failure) {
      if (!isEnded) {
        subscriber.onError(failure);
      }
    }

    @Override
    public void onComplete() {
      if (!isEnded) {
        subscriber.onComplete();
      }
    }
  }
}
