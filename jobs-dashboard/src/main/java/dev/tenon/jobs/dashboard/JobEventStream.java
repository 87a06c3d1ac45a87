package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one job for one browser. It requests the next events when the browser has taken
 * those before, so that a slow browser costs no memory. Thread-safe, with one reader.
 */
final class JobEventStream implements DashboardResponse.Stream, Flow.Subscriber<JobEvent> {

  /** The number of events that may wait for the browser. */
  private static final int MAX_WAITING = 32;

  /** Ends the id of the last event: nothing follows. */
  private static final String LAST = ".end";

  private final EventStream events;
  private final boolean withLog;
  private Flow.@Nullable Subscription subscription;

  /** The number of events that were requested and have not come yet. */
  private int wanted = MAX_WAITING;

  private boolean isLeft;

  JobEventStream(boolean withLog, Consumer<JobEventStream> whenEnded) {
    this.withLog = withLog;
    this.events =
        new EventStream(
            "job",
            ended -> {
              cancel();
              whenEnded.accept(this);
            },
            System::nanoTime);
  }

  static boolean isLast(String id) {
    return id.endsWith(LAST);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    boolean left;
    synchronized (this) {
      subscription = given;
      left = isLeft;
    }
    if (left) {
      given.cancel();
    } else {
      given.request(MAX_WAITING);
    }
  }

  @Override
  public void onNext(JobEvent event) {
    Optional<String> text = JobEventText.of(event, withLog, LAST);
    synchronized (this) {
      wanted--;
    }
    if (text.isPresent()) {
      events.offer(text.get().getBytes(StandardCharsets.UTF_8));
    } else {
      requestMore();
    }
  }

  @Override
  public void onError(Throwable failure) {
    // There is no such job, or the runtime is closed; the browser tries again
    events.end();
  }

  @Override
  public void onComplete() {
    events.endWhenTaken();
  }

  /** Requests more events if there is room for many. */
  private void requestMore() {
    Flow.Subscription current;
    int room;
    synchronized (this) {
      current = subscription;
      room = MAX_WAITING - wanted - events.waiting();
      if (current == null || room < MAX_WAITING / 2) {
        return;
      }
      wanted += room;
    }
    current.request(room);
  }

  private void cancel() {
    Flow.Subscription current;
    synchronized (this) {
      isLeft = true;
      current = subscription;
    }
    if (current != null) {
      current.cancel();
    }
  }

  /** Breaks a long silence, and lets a browser go that takes nothing. */
  void check() {
    events.check();
  }

  @Override
  public Optional<byte[]> poll() {
    Optional<byte[]> event = events.poll();
    if (event.isPresent()) {
      requestMore();
    }
    return event;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    events.writeTo(out, this::poll);
  }

  @Override
  public boolean isEnded() {
    return events.isEnded();
  }

  @Override
  public void onChange(Runnable listener) {
    events.onChange(listener);
  }

  @Override
  public void abandon() {
    events.abandon();
  }
}
