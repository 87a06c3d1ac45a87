package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Keeps log lines that something outside can cause any number of times from flooding the log: one
 * line per subject and interval is written, and says how many it stands for.
 *
 * <pre>{@code
 * long count = limiter.admit(type);
 * if (count > 0) {
 *   LOG.warn("{} messages of type '{}' …", count, LogText.escape(type));
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class LineLimiter {

  /**
   * The maximum number of subjects. Others share one line, so that made-up subjects do not fill the
   * memory either.
   */
  static final int MAX_SUBJECTS = 100;

  private static final String OTHERS = "";

  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Lines> subjects = new HashMap<>();

  private static final class Lines {
    private long heldBack;
    private long writtenAtNanos;
  }

  /** Creates a limiter that lets one line per subject and interval through. */
  public LineLimiter(Duration interval) {
    this(interval, System::nanoTime);
  }

  LineLimiter(Duration interval, LongSupplier nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Asks whether a line about the subject may be written now.
   *
   * @return zero if not; otherwise the number of lines that it stands for: itself, and those about
   *     the same subject that were suppressed since the last one
   */
  public synchronized long admit(String subject) {
    long now = nanoTime.getAsLong();
    Lines lines = subjects.get(subject);
    if (lines == null) {
      if (subjects.size() >= MAX_SUBJECTS) {
        subjects.values().removeIf(each -> isExpired(each, now));
      }
      String key = subjects.size() < MAX_SUBJECTS ? subject : OTHERS;
      lines = subjects.get(key);
      if (lines == null) {
        subjects.put(key, writtenNow(new Lines(), now));
        return 1;
      }
    }
    lines.heldBack++;
    if (now - lines.writtenAtNanos < intervalNanos) {
      return 0;
    }
    long count = lines.heldBack;
    writtenNow(lines, now);
    return count;
  }

  private static Lines writtenNow(Lines lines, long now) {
    lines.heldBack = 0;
    lines.writtenAtNanos = now;
    return lines;
  }

  /** Returns whether the subject can be forgotten without loss. */
  private boolean isExpired(Lines lines, long now) {
    return lines.heldBack == 0 && now - lines.writtenAtNanos >= intervalNanos;
  }
}
