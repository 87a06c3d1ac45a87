package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.dashboard.DashboardResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Publishes a stream of the dashboard to the server without a dedicated thread: whoever brings an
 * event, or asks for more, passes on what there is. It has one subscriber. Thread-safe.
 */
final class DashboardStream implements Publisher<byte[]>, Subscription {

  private final DashboardResponse.Stream stream;
  private final AtomicBoolean isSubscribed = new AtomicBoolean();
  private final AtomicLong asked = new AtomicLong();

  /** The number of calls to answer. The thread that raises it from 0 answers the others too. */
  private final AtomicInteger calls = new AtomicInteger();

  private volatile boolean isFinished;
  private volatile @Nullable Subscriber<? super byte[]> subscriber;

  DashboardStream(DashboardResponse.Stream stream) {
    this.stream = stream;
  }

  @Override
  public void subscribe(Subscriber<? super byte[]> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    if (!isSubscribed.compareAndSet(false, true)) {
      throw new IllegalStateException("A stream of the dashboard has one subscriber.");
    }
    subscriber.onSubscribe(this);
    this.subscriber = subscriber;
    stream.onChange(this::passOn);
    passOn();
  }

  @Override
  public void request(long count) {
    asked.accumulateAndGet(
        count, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
    passOn();
  }

  @Override
  public void cancel() {
    isFinished = true;
    stream.abandon();
  }

  private void passOn() {
    Subscriber<? super byte[]> receiver = subscriber;
    if (receiver == null || calls.getAndIncrement() != 0) {
      return;
    }
    int answered = 1;
    do {
      passOnWhatIsThere(receiver);
      answered = calls.addAndGet(-answered);
    } while (answered != 0);
  }

  private void passOnWhatIsThere(Subscriber<? super byte[]> receiver) {
    while (!isFinished) {
      if (stream.isEnded()) {
        isFinished = true;
        stream.abandon();
        receiver.onComplete();
        return;
      }
      Optional<byte[]> next = asked.get() > 0 ? stream.poll() : Optional.empty();
      if (next.isEmpty()) {
        return;
      }
      asked.decrementAndGet();
      receiver.onNext(next.get());
    }
  }
}
