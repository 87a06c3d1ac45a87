package dev.tenon.jobs.worker;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.store.AttemptEnd;
import dev.tenon.jobs.store.AttemptFailure;
import dev.tenon.jobs.store.LogLine;
import dev.tenon.jobs.store.OutcomeStore;
import dev.tenon.jobs.store.ProgressReport;
import dev.tenon.jobs.store.ReportStore;
import dev.tenon.jobs.store.StoreRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what the executions of a worker report: log lines, progress and outcomes, many with one
 * statement. Whatever piles up while one batch is written makes the next batch. The lines of a job
 * are written before its outcome, since with the outcome the lease ends. While the database is away
 * everything is kept and tried again. Thread-safe.
 */
final class Recorder {

  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final Duration REPORT_INTERVAL = Duration.ofMillis(200);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final int MOST_ENDS = 500;
  private static final int MOST_LINES = 2000;
  private static final int LINES_KEPT = 50_000;

  private final OutcomeStore outcomes;
  private final ReportStore reports;
  private final Thread thread;
  private final BlockingQueue<Ended> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<LogLine> lines = new LinkedBlockingQueue<>(LINES_KEPT);
  private final ConcurrentHashMap<UUID, ProgressReport> progress = new ConcurrentHashMap<>();
  private final AtomicLong droppedLines = new AtomicLong();
  private volatile boolean closing;
  private volatile long giveUpAtNanos;
  private volatile boolean gaveUp;

  /**
   * An attempt that is over, and who is told when that is recorded: true if it was under its lease.
   */
  private record Ended(AttemptEnd end, Consumer<Boolean> recorded) {}

  Recorder(OutcomeStore outcomes, ReportStore reports, String workerId) {
    this.outcomes = outcomes;
    this.reports = reports;
    this.thread = new Thread(this::run, "tenon-recorder-" + workerId);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  void log(LogLine line) {
    if (!lines.offer(line)) {
      droppedLines.incrementAndGet();
    }
  }

  void progress(ProgressReport report) {
    progress.put(report.lease().jobId(), report);
  }

  void end(AttemptEnd end, Consumer<Boolean> recorded) {
    ends.add(new Ended(end, recorded));
  }

  /** Records what there is, for as long as given, and stops. Whether everything is recorded. */
  boolean close(Duration timeout) throws InterruptedException {
    giveUpAtNanos = System.nanoTime() + timeout.toNanos();
    closing = true;
    thread.join(timeout.toMillis() + 1000);
    return !thread.isAlive() && !gaveUp;
  }

  private void run() {
    while (true) {
      List<Ended> endBatch = new ArrayList<>();
      try {
        Ended first = ends.poll(closing ? 0 : REPORT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          endBatch.add(first);
          ends.drainTo(endBatch, MOST_ENDS - 1);
        }
      } catch (InterruptedException e) {
        // Nobody interrupts this thread; if somebody does, what is left is recorded and it ends
        closing = true;
        giveUpAtNanos = System.nanoTime() + RETRY_PAUSE.toNanos();
      }
      List<LogLine> lineBatch = new ArrayList<>();
      lines.drainTo(lineBatch, MOST_LINES);
      // A job that has completed stands at 100: what it said before need not be written any more
      for (Ended ended : endBatch) {
        if (ended.end() instanceof AttemptEnd.Completed) {
          progress.remove(ended.end().lease().jobId());
        }
      }
      List<ProgressReport> progressBatch = new ArrayList<>();
      for (ProgressReport report : progress.values()) {
        if (progress.remove(report.lease().jobId(), report)) {
          progressBatch.add(report);
        }
      }
      if (endBatch.isEmpty() && lineBatch.isEmpty() && progressBatch.isEmpty()) {
        if (closing) {
          return;
        }
        continue;
      }
      // The ends of jobs whose lines did not fit into this batch wait for the next one
      if (!lines.isEmpty() && lineBatch.size() == MOST_LINES) {
        ends.addAll(endBatch);
        endBatch = List.of();
      }
      if (!record(lineBatch, progressBatch, endBatch)) {
        gaveUp = true;
        return;
      }
    }
  }

  /** Whether it was recorded; false if the recorder is being closed and its time is up. */
  private boolean record(
      List<LogLine> lineBatch, List<ProgressReport> progressBatch, List<Ended> endBatch) {
    long dropped = droppedLines.getAndSet(0);
    if (dropped > 0) {
      LOG.warn(
          "{} lines of job logs were dropped, since they could not be recorded fast enough.",
          dropped);
    }
    return write("log lines", lineBatch, reports::log, this::dropLine)
        && write("progress", progressBatch, reports::progress, this::dropProgress)
        && write("outcomes", endBatch, this::finish, this::finishWithoutResult);
  }

  private void finish(List<Ended> batch) {
    Set<UUID> recorded = outcomes.finish(batch.stream().map(Ended::end).toList());
    for (Ended ended : batch) {
      ended.recorded().accept(recorded.contains(ended.end().lease().jobId()));
    }
  }

  private void finishWithoutResult(Ended ended, StoreRefusedException e) {
    AttemptEnd end = ended.end();
    LOG.error(
        "PostgreSQL refuses the outcome of job {} (SQL state {}); the job fails.",
        end.lease().jobId(),
        e.sqlState());
    finish(
        List.of(
            new Ended(
                new AttemptEnd.Failed(
                    end.lease(),
                    AttemptFailure.of(
                        JobError.Reason.OUTCOME_REFUSED,
                        "PostgreSQL refused the outcome of the attempt with SQL state "
                            + e.sqlState()
                            + ".")),
                ended.recorded())));
  }

  private void dropLine(LogLine line, StoreRefusedException e) {
    LOG.warn(
        "PostgreSQL refuses a log line of job {} (SQL state {}); it is dropped.",
        line.lease().jobId(),
        e.sqlState());
  }

  private void dropProgress(ProgressReport report, StoreRefusedException e) {
    LOG.warn(
        "PostgreSQL refuses a progress report of job {} (SQL state {}); it is dropped.",
        report.lease().jobId(),
        e.sqlState());
  }

  /** Writes a batch, as often as it takes; if PostgreSQL refuses it, one by one. */
  private <T> boolean write(
      String what,
      List<T> batch,
      Consumer<List<T>> statement,
      BiConsumer<T, StoreRefusedException> refused) {
    if (batch.isEmpty()) {
      return true;
    }
    boolean logged = false;
    while (true) {
      try {
        statement.accept(batch);
        if (logged) {
          LOG.info("The {} are recorded again.", what);
        }
        return true;
      } catch (Throwable e) {
        // Whatever it is, an Error too: what is not recorded keeps its slot, and its job running
        if (e instanceof StoreRefusedException refusal && refusal.isAboutValues()) {
          return writeEach(what, batch, statement, refused, refusal);
        }
        if (!logged) {
          logged = true;
          LOG.warn(
              "{} {} cannot be recorded ({}). They are kept, and tried again every {} ms.",
              batch.size(),
              what,
              e.getClass().getName(),
              RETRY_PAUSE.toMillis());
        }
      }
      if (closing && System.nanoTime() - giveUpAtNanos > 0) {
        LOG.error(
            "{} {} are not recorded, since PostgreSQL cannot be reached while the worker stops; other"
                + " workers run these jobs again.",
            batch.size(),
            what);
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(RETRY_PAUSE.toMillis());
      } catch (InterruptedException e) {
        closing = true;
        giveUpAtNanos = System.nanoTime();
      }
    }
  }

  private <T> boolean writeEach(
      String what,
      List<T> batch,
      Consumer<List<T>> statement,
      BiConsumer<T, StoreRefusedException> refused,
      StoreRefusedException refusal) {
    if (batch.size() == 1) {
      refused.accept(batch.get(0), refusal);
      return true;
    }
    for (T one : batch) {
      if (!write(what, List.of(one), statement, refused)) {
        return false;
      }
    }
    return true;
  }
}
