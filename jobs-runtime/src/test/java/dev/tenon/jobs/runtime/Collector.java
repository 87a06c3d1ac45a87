package dev.tenon.jobs.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A subscriber that keeps what it gets, and requests so many at a time. */
final class Collector<T> implements Flow.Subscriber<T> {

  private final List<T> items = new CopyOnWriteArrayList<>();
  private final long atATime;
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Throwable failure;
  private volatile boolean isComplete;

  private Collector(long atATime) {
    this.atATime = atATime;
  }

  /** Subscribes, and requests everything. */
  static <T> Collector<T> of(Flow.Publisher<T> publisher) {
    return of(publisher, Long.MAX_VALUE);
  }

  /** Subscribes, and requests so many, and one more for each that comes. */
  static <T> Collector<T> of(Flow.Publisher<T> publisher, long atATime) {
    Collector<T> collector = new Collector<>(atATime);
    publisher.subscribe(collector);
    return collector;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(atATime);
  }

  @Override
  public void onNext(T item) {
    items.add(item);
    Flow.Subscription current = subscription;
    if (atATime < Long.MAX_VALUE && current != null) {
      current.request(1);
    }
  }

  @Override
  public void onError(Throwable with) {
    failure = with;
  }

  @Override
  public void onComplete() {
    isComplete = true;
  }

  void cancel() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }

  List<T> items() {
    return List.copyOf(items);
  }

  @Nullable Throwable failure() {
    return failure;
  }

  boolean isComplete() {
    return isComplete;
  }

  boolean hasEnded() {
    return isComplete || failure != null;
  }
}
