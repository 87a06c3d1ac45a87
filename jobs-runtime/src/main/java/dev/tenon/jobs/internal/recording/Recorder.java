package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.store.ReportStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that records the reports of attempts. Reports that pile up while one batch is written
 * form the next batch. The lines and the cursor of an attempt are written before its outcome,
 * because the outcome ends the lease; no outcome waits for the lines of others. While the database
 * is down, everything is kept and tried again. Thread-safe.
 */
public final class Recorder {

  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final Duration REPORT_INTERVAL = Duration.ofMillis(200);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_STEP = Duration.ofSeconds(1);
  private static final int MAX_LINES = 2000;

  private final ReportQueue queue;
  private final OutcomeWriter outcomes;
  private final BatchWriter<LogLine> lines;
  private final BatchWriter<ProgressReport> progress;
  private final BatchWriter<NewCursor> cursors;
  private final BackgroundLoop loop;
  private final CountDownLatch everythingIsRecorded = new CountDownLatch(1);
  private volatile boolean closing;

  /**
   * Creates a recorder.
   *
   * @param number distinguishes the recorders of a worker
   * @param queue the reports to record
   * @param reports writes log lines and progress
   * @param saveCursors writes cursors
   * @param outcomes writes outcomes
   */
  public Recorder(
      String workerId,
      int number,
      ReportQueue queue,
      ReportStore reports,
      Consumer<List<NewCursor>> saveCursors,
      OutcomeWriter outcomes) {
    this.queue = queue;
    this.outcomes = outcomes;
    this.lines = new BatchWriter<>(all(reports::log), true, Recorder::dropLine);
    this.progress = new BatchWriter<>(all(reports::progress), true, Recorder::dropProgress);
    this.cursors = new BatchWriter<>(all(saveCursors), false, Recorder::dropCursor);
    this.loop =
        BackgroundLoop.named("tenon-recorder-" + number + "-" + workerId)
            .description("Recording what the jobs of worker " + workerId + " report")
            .whatFollowsAFailure("Outcomes, cursors, log lines and progress are kept.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .wokenBy(queue.arrivals())
            .repeat(this::record);
  }

  private static <T> Predicate<List<T>> all(Consumer<List<T>> statement) {
    return items -> {
      statement.accept(items);
      return true;
    };
  }

  void start() {
    loop.start();
  }

  /** Returns whether the thread has ended although nobody asked it to. */
  boolean hasDied() {
    return !closing && !loop.isAlive();
  }

  /** Makes it stop when everything is recorded, because nothing more comes. */
  void finishSoon() {
    closing = true;
    loop.wake();
  }

  /**
   * Records the reports within the given time, stops, and returns whether everything is recorded.
   */
  boolean close(Duration timeout) throws InterruptedException {
    finishSoon();
    boolean recorded = everythingIsRecorded.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!recorded) {
      LOG.error(
          "{} outcomes could not be recorded before the worker stopped, because PostgreSQL cannot"
              + " be reached or other transactions hold the rows. Other workers run these jobs"
              + " again.",
          queue.waitingEnds());
    }
    return loop.close(LAST_STEP) && recorded;
  }

  private Duration record() throws Exception {
    // Before the check for waiting reports: none come after that
    boolean isLast = closing;
    boolean isWritten = false;
    try {
      writeAll();
      isWritten = true;
    } finally {
      queue.recordsLines(isWritten);
    }
    boolean nothingWaits = queue.isEmpty();
    if (nothingWaits && !outcomes.holdsOutcomes() && isLast) {
      everythingIsRecorded.countDown();
      loop.closeSoon();
    }
    return nothingWaits ? REPORT_INTERVAL : Duration.ZERO;
  }

  /** Writes everything; a failure holds up the rest only if the database cannot be reached. */
  private void writeAll() throws Exception {
    @Nullable Throwable failure = null;
    for (Runnable part :
        List.<Runnable>of(
            this::writeLines, this::writeProgress, this::writeCursors, this::writeOutcomes)) {
      try {
        part.run();
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : failure;
        if (BatchWriter.isOutage(e)) {
          break;
        }
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof Exception exception) {
      throw exception;
    }
  }

  private void writeLines() {
    if (lines.isEmpty()) {
      queue.takeLines(MAX_LINES, lines::add);
    }
    lines.write();
  }

  private void writeProgress() {
    if (progress.isEmpty()) {
      queue.takeProgress(progress::add);
    }
    progress.write();
  }

  private void writeCursors() {
    if (cursors.isEmpty()) {
      queue.takeCursors(cursors::add);
    }
    cursors.write();
  }

  private void writeOutcomes() {
    Set<Lease> unwritten =
        Stream.concat(lines.items().map(LogLine::lease), cursors.items().map(NewCursor::lease))
            .collect(Collectors.toSet());
    outcomes.write(unwritten);
  }

  private static void dropLine(LogLine line, Throwable e) {
    if (line.isEmitted()) {
      LOG.error(
          "A value that job {} has emitted cannot be recorded ({}); it is dropped, and those who "
              + "follow the job do not see it.",
          line.lease().jobId(),
          LoggableFailure.describe(e));
      return;
    }
    LOG.warn(
        "A line of the log of job {} cannot be recorded ({}); it is dropped.",
        line.lease().jobId(),
        LoggableFailure.describe(e));
  }

  private static void dropCursor(NewCursor cursor, Throwable e) {
    LOG.error(
        "The cursor of job {} cannot be saved ({}); it is dropped. Another attempt begins at the "
            + "one before.",
        cursor.lease().jobId(),
        LoggableFailure.describe(e));
  }

  private static void dropProgress(ProgressReport report, Throwable e) {
    LOG.warn(
        "A progress report of job {} cannot be recorded ({}); it is dropped.",
        report.lease().jobId(),
        LoggableFailure.describe(e));
  }
}
