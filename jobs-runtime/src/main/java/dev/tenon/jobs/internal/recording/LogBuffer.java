package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of job logs and emitted values that wait to be recorded, bounded in number and in bytes. A
 * handler that writes faster than they are recorded has to wait. While nothing can be recorded, a
 * line does not wait: then the newest lines of each job are kept, and a line in the job's log says
 * how many are missing before them. A value waits as long as it takes, and is never dropped.
 * Thread-safe.
 */
final class LogBuffer {

  private static final Logger LOG = LoggerFactory.getLogger(LogBuffer.class);

  static final int MAX_LINES_OF_A_JOB = 5_000;
  static final int MAX_LINES = 50_000;
  static final long MAX_BYTES = 32L * 1024 * 1024;

  /** The maximum number of a job's lines in one batch, so that no job holds up another. */
  private static final int MAX_JOB_LINES_PER_BATCH = 500;

  /** The maximum time that a line waits for room. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private static final long BYTES_OF_AN_EMPTY_LINE = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();

  /** The jobs with lines, in the order of their turns. */
  private Map<Lease, Waiting> jobs = new LinkedHashMap<>();

  private int lines;
  private long bytes;

  /** True while lines are recorded, so that it makes sense to wait for room. */
  private volatile boolean areRecorded = true;

  /** True after a line has waited in vain: no other one waits until lines are taken again. */
  private boolean stalled;

  private static final class Waiting {
    private final Deque<LogLine> lines = new ArrayDeque<>();
    private int inBatch;
    private int missing;
    private @Nullable LogLine lastMissing;
  }

  /** Sets whether lines are recorded, so that it makes sense to wait for room. */
  void recordsLines(boolean isOfUse) {
    areRecorded = isOfUse;
  }

  /**
   * Adds a line. It may have to wait for room; an interrupt ends that.
   *
   * @return whether there are enough lines that they should be taken soon
   */
  boolean add(LogLine line) {
    lock.lock();
    try {
      awaitRoomFor(line.lease());
      while (isFullFor(line.lease())) {
        if (!dropOldest(line.lease())) {
          // Nothing but values waits, and they are kept
          Waiting waiting = jobs.computeIfAbsent(line.lease(), lease -> new Waiting());
          waiting.missing++;
          waiting.lastMissing = line;
          return true;
        }
      }
      return addNow(line);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds an emitted value, as soon as there is room.
   *
   * @param isOver whether the value no longer matters: then it is not added
   * @return whether there are enough lines that they should be taken soon
   */
  boolean addEmitted(LogLine value, BooleanSupplier isOver) {
    boolean isInterrupted = false;
    lock.lock();
    try {
      while (isFullFor(value.lease())) {
        if (isOver.getAsBoolean()) {
          return false;
        }
        try {
          // In several short waits: meanwhile the attempt may end
          boolean unused = taken.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
      return addNow(value);
    } finally {
      lock.unlock();
      if (isInterrupted) {
        // It is meant for the handler, which finds it when it continues
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean addNow(LogLine line) {
    jobs.computeIfAbsent(line.lease(), lease -> new Waiting()).lines.add(line);
    lines++;
    bytes += bytesOf(line);
    return lines >= MAX_JOB_LINES_PER_BATCH;
  }

  private void awaitRoomFor(Lease lease) {
    long nanos = MAX_WAIT.toNanos();
    try {
      while (!stalled && isFullFor(lease) && areRecorded) {
        // In several short waits: meanwhile it may turn out that nothing can be recorded
        long slice = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(100));
        nanos -= slice - Math.max(0, taken.awaitNanos(slice));
        stalled = nanos <= 0;
      }
    } catch (InterruptedException e) {
      // It is meant for the handler, which finds it when it continues
      Thread.currentThread().interrupt();
    }
  }

  private boolean isFullFor(Lease lease) {
    Waiting waiting = jobs.get(lease);
    return lines >= MAX_LINES
        || bytes >= MAX_BYTES
        || (waiting != null && waiting.lines.size() >= MAX_LINES_OF_A_JOB);
  }

  /**
   * Drops a line of the job, or, if none waits, of the job that has the most.
   *
   * @return whether there was a line to drop
   */
  private boolean dropOldest(Lease lease) {
    Waiting from = jobs.get(lease);
    if (from == null || from.lines.isEmpty()) {
      for (Waiting other : jobs.values()) {
        if (from == null || other.lines.size() > from.lines.size()) {
          from = other;
        }
      }
    }
    if (from != null && dropOldest(from)) {
      return true;
    }
    for (Waiting other : jobs.values()) {
      if (dropOldest(other)) {
        return true;
      }
    }
    return false;
  }

  private boolean dropOldest(Waiting from) {
    for (Iterator<LogLine> each = from.lines.iterator(); each.hasNext(); ) {
      LogLine line = each.next();
      if (!line.isEmitted()) {
        each.remove();
        from.missing++;
        from.lastMissing = line;
        lines--;
        bytes -= bytesOf(line);
        return true;
      }
    }
    return false;
  }

  /**
   * Hands over lines, the oldest of each job first. They leave the buffer when they have been
   * taken, so that none is lost if memory runs out before.
   *
   * @param taker keeps lines until they are written; may throw if it has not kept them
   */
  void take(int maxLines, long maxBytes, Consumer<List<LogLine>> taker) {
    lock.lock();
    try {
      List<LogLine> batch = new ArrayList<>();
      long batchBytes = 0;
      List<Waiting> visited = new ArrayList<>();
      Map<Lease, Waiting> left = new LinkedHashMap<>(jobs);
      for (Map.Entry<Lease, Waiting> job : jobs.entrySet()) {
        if (batch.size() >= maxLines || batchBytes >= maxBytes) {
          break;
        }
        Waiting waiting = job.getValue();
        if (waiting.lastMissing != null) {
          batch.add(missing(waiting.lastMissing, waiting.missing));
        }
        waiting.inBatch = 0;
        for (LogLine line : waiting.lines) {
          if (waiting.inBatch == MAX_JOB_LINES_PER_BATCH
              || batch.size() >= maxLines
              || batchBytes >= maxBytes) {
            break;
          }
          batch.add(line);
          batchBytes += bytesOf(line);
          waiting.inBatch++;
        }
        visited.add(waiting);
        left.remove(job.getKey());
        if (waiting.inBatch < waiting.lines.size()) {
          // After the others, whose turn is next
          left.put(job.getKey(), waiting);
        }
      }
      taker.accept(batch);
      visited.forEach(this::removeTaken);
      jobs = left;
      bytes -= batchBytes;
      stalled = false;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void removeTaken(Waiting from) {
    for (int i = 0; i < from.inBatch; i++) {
      from.lines.remove();
    }
    lines -= from.inBatch;
    from.missing = 0;
    from.lastMissing = null;
  }

  private static LogLine missing(LogLine last, int count) {
    LOG.warn(
        "{} lines of the log of job {} are missing because they could not be recorded fast enough.",
        count,
        last.lease().jobId());
    return new LogLine(
        last.lease(),
        last.attempt(),
        JobLogLevel.WARN,
        count + " lines are missing here because they could not be recorded fast enough.",
        null,
        last.loggedAt());
  }

  /** Returns whether lines of the attempt wait. */
  boolean has(Lease lease) {
    lock.lock();
    try {
      return jobs.containsKey(lease);
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return jobs.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private static long bytesOf(LogLine line) {
    String data = line.data();
    return BYTES_OF_AN_EMPTY_LINE + line.message().length() + (data == null ? 0 : data.length());
  }
}
