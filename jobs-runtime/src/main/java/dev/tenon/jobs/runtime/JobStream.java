package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.operate.EventPosition;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AwaitStore.Snapshot;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one job for one subscriber. It reads from the table what the subscriber asks for,
 * and keeps nothing but the position. Thread-safe; signals are sent one after the other.
 */
final class JobStream implements Flow.Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(JobStream.class);

  /** The numbers of lines that one statement reads. */
  private static final int MIN_LINES = 20;

  private static final int MAX_LINES = 100;

  /** The number of such statements before others have their turn. */
  private static final int MAX_PAGES = 5;

  private final UUID jobId;
  private final Flow.Subscriber<? super JobEvent> subscriber;
  private final Owner owner;
  private final AtomicLong demand = new AtomicLong();

  /** True while a thread passes something on, and until the subscriber has its subscription. */
  private final AtomicBoolean isBusy = new AtomicBoolean(true);

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The last look at the job that was not passed on yet. */
  private final AtomicReference<@Nullable Snapshot> offered = new AtomicReference<>();

  private volatile boolean isEnded;

  /** Only for whoever is busy with the stream. */
  private EventPosition position;

  /** The reader of logs, and whoever looks at jobs. */
  interface Owner {

    /** Reads a page of lines of a job's log, those after a position. */
    Page<JobLogEntry> lines(UUID jobId, long after, int max);

    /** The subscriber wants more: the job is to be looked at soon. */
    void lookSoon(UUID jobId);

    /** The stream has ended. */
    void ended(JobStream stream);
  }

  JobStream(
      UUID jobId,
      EventPosition position,
      Flow.Subscriber<? super JobEvent> subscriber,
      Owner owner) {
    this.jobId = jobId;
    this.position = position;
    this.subscriber = subscriber;
    this.owner = owner;
  }

  /**
   * The subscriber has its subscription. If there was a look at the job before, another one follows
   * soon, because this is the thread of the subscriber, which passes on no events.
   */
  void begin() {
    release();
    if (offered.getAndSet(null) != null) {
      owner.lookSoon(jobId);
    }
  }

  UUID jobId() {
    return jobId;
  }

  /** Returns whether the subscriber wants events. */
  boolean wantsEvents() {
    return !isEnded && demand.get() > 0;
  }

  @Override
  public void request(long count) {
    if (count <= 0) {
      fail(
          new IllegalArgumentException(
              "The subscriber has requested " + count + " events; it must request at least one."));
      return;
    }
    demand.accumulateAndGet(
        count, (before, more) -> before > Long.MAX_VALUE - more ? Long.MAX_VALUE : before + more);
    owner.lookSoon(jobId);
  }

  @Override
  public void cancel() {
    if (!isEnded) {
      end();
    }
  }

  /** Ends the stream with an error, after the event that is being passed on. */
  void fail(Throwable with) {
    if (isEnded || !failure.compareAndSet(null, with)) {
      return;
    }
    if (isBusy.compareAndSet(false, true)) {
      release();
    }
  }

  /** Lets others pass on events, and ends the stream if it has failed meanwhile. */
  private void release() {
    Throwable failed = failure.get();
    if (failed != null && !isEnded) {
      end();
      try {
        subscriber.onError(failed);
      } catch (Throwable e) {
        LOG.debug("A subscriber to job {} has thrown in onError.", jobId, e);
      }
    }
    isBusy.set(false);
    if (!isEnded && failure.get() != null && isBusy.compareAndSet(false, true)) {
      release();
    }
  }

  private void end() {
    isEnded = true;
    owner.ended(this);
  }

  /**
   * Takes a look at the job, in place of an earlier one that was not passed on yet.
   *
   * @param now the job as it is
   * @return whether {@link #advance} has to be called for it
   */
  boolean offer(Snapshot now) {
    return offered.getAndSet(now) == null;
  }

  /**
   * Passes on what has happened since the last time, as far as the subscriber wants it. If another
   * thread does that, it passes on the last look as well.
   */
  void advance() {
    while (offered.get() != null && isBusy.compareAndSet(false, true)) {
      try {
        Snapshot now = offered.getAndSet(null);
        if (now != null && wantsEvents()) {
          passOn(now);
        }
      } catch (StoreUnavailableException e) {
        // The next look fails as well, and is repeated until the database is back
        owner.lookSoon(jobId);
      } catch (StoreException e) {
        fail(StoreFailures.of("The log of job " + jobId + " cannot be read", null, e));
      } catch (Throwable e) {
        fail(e);
      } finally {
        release();
      }
    }
  }

  private void passOn(Snapshot now) {
    JobStatus status = now.status();
    if (status == null) {
      fail(new JobNotFoundException(jobId));
      return;
    }
    if (!status.isTerminal() && !passOnStatus(status, now.attempt())) {
      return;
    }
    passOnLines(now);
    if (position.line() < now.lastLine()) {
      if (wantsEvents()) {
        owner.lookSoon(jobId);
      }
      return;
    }
    EventPosition next = position.withProgress(now.percent(), now.message());
    if (!next.equals(position)
        && !emit(next, new JobEvent.Progressed(next.id(), jobId, now.percent(), now.message()))) {
      return;
    }
    // Even if the subscriber has seen the end before
    if (status.isTerminal() && passOnStatus(status, now.attempt())) {
      complete();
    }
  }

  /** Returns whether the subscriber knows the status. */
  private boolean passOnStatus(JobStatus status, int attempt) {
    if (status == position.status() && attempt == position.attempt()) {
      return true;
    }
    EventPosition next = position.withStatus(status, attempt);
    return emit(next, new JobEvent.StatusChanged(next.id(), jobId, status, attempt));
  }

  private void passOnLines(Snapshot now) {
    for (int pages = 0;
        pages < MAX_PAGES && position.line() < now.lastLine() && wantsEvents();
        pages++) {
      // A subscriber that asks for one event at a time asks for the next one meanwhile
      int max = (int) Math.max(MIN_LINES, Math.min(MAX_LINES, demand.get()));
      Page<JobLogEntry> lines = owner.lines(jobId, position.line(), max);
      if (lines.items().isEmpty()) {
        // They were deleted
        position = position.withLine(now.lastLine());
      }
      for (JobLogEntry line : lines) {
        EventPosition next = position.withLine(line.position());
        JobEvent event =
            line.emitted().isPresent()
                ? new JobEvent.Emitted(next.id(), jobId, line)
                : new JobEvent.Logged(next.id(), jobId, line);
        if (!emit(next, event)) {
          return;
        }
      }
    }
  }

  /**
   * Passes on an event. If the subscriber does not want it now, nothing after it may be passed on,
   * even if the subscriber asks for more in the meantime.
   */
  private boolean emit(EventPosition next, JobEvent event) {
    if (!wantsEvents()) {
      return false;
    }
    position = next;
    demand.decrementAndGet();
    subscriber.onNext(event);
    return true;
  }

  private void complete() {
    if (!isEnded) {
      end();
      subscriber.onComplete();
    }
  }
}
