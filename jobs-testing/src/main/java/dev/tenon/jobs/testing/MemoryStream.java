package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.internal.operate.EventPosition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** The events of one job that is kept in memory, for one subscriber. */
final class MemoryStream implements Flow.Subscription {

  private final MemoryTable table;
  private final UUID jobId;
  private final Flow.Subscriber<? super JobEvent> subscriber;
  private final AtomicLong demand = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean isEnded;
  private EventPosition position;

  private MemoryStream(
      MemoryTable table,
      UUID jobId,
      EventPosition position,
      Flow.Subscriber<? super JobEvent> subscriber) {
    this.table = table;
    this.jobId = jobId;
    this.position = position;
    this.subscriber = subscriber;
  }

  static void subscribe(
      MemoryTable table,
      UUID jobId,
      EventPosition position,
      Flow.Subscriber<? super JobEvent> subscriber) {
    MemoryStream stream = new MemoryStream(table, jobId, position, subscriber);
    subscriber.onSubscribe(stream);
    table.follow(stream);
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
    advance(table);
  }

  @Override
  public void cancel() {
    end();
  }

  private void end() {
    isEnded = true;
    table.unfollow(this);
  }

  private void fail(Throwable failure) {
    if (isEnded) {
      return;
    }
    end();
    try {
      subscriber.onError(failure);
    } catch (Throwable e) {
      // There is nobody left to tell
    }
  }

  private boolean wantsEvents() {
    return !isEnded && demand.get() > 0;
  }

  /** Passes on what has happened since the last time, as far as the subscriber wants it. */
  void advance(MemoryTable from) {
    // A subscriber that requests more within onNext is served by the loop that calls it
    if (lock.isHeldByCurrentThread() || !wantsEvents()) {
      return;
    }
    lock.lock();
    try {
      Optional<JobSummary> job = from.read(jobId, MemoryJob::summary);
      List<JobLogEntry> log = from.read(jobId, MemoryJob::log).orElse(List.of());
      if (job.isEmpty()) {
        fail(new JobNotFoundException(jobId));
      } else {
        passOn(job.get(), log);
      }
    } catch (Throwable e) {
      // Not a failure of the handler whose report this is, or of whoever runs jobs
      fail(e);
    } finally {
      lock.unlock();
    }
  }

  private void passOn(JobSummary now, List<JobLogEntry> log) {
    if (!now.status().isTerminal() && !passOnStatus(now)) {
      return;
    }
    for (JobLogEntry line : log) {
      if (line.position() <= position.line()) {
        continue;
      }
      EventPosition next = position.withLine(line.position());
      JobEvent event =
          line.emitted().isPresent()
              ? new JobEvent.Emitted(next.id(), jobId, line)
              : new JobEvent.Logged(next.id(), jobId, line);
      if (!emit(next, event)) {
        return;
      }
    }
    EventPosition next = position.withProgress(now.progress(), now.progressMessage());
    if (!next.equals(position)
        && !emit(
            next,
            new JobEvent.Progressed(next.id(), jobId, now.progress(), now.progressMessage()))) {
      return;
    }
    if (now.status().isTerminal() && passOnStatus(now) && !isEnded) {
      end();
      subscriber.onComplete();
    }
  }

  /** Returns whether the subscriber knows the status. */
  private boolean passOnStatus(JobSummary now) {
    JobStatus status = now.status();
    if (status == position.status() && now.attempts() == position.attempt()) {
      return true;
    }
    EventPosition next = position.withStatus(status, now.attempts());
    return emit(next, new JobEvent.StatusChanged(next.id(), jobId, status, now.attempts()));
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
}
