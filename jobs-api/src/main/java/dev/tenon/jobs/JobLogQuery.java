package dev.tenon.jobs;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of a job's log to read. Immutable; each method returns a changed copy: {@code
 * JobLogQuery.all().withLimit(100).withAfter(page.next().getAsLong())}.
 */
public final class JobLogQuery {

  /** The largest number of lines on one page, unless the query sets another. */
  public static final int DEFAULT_LIMIT = 1_000;

  /** The largest number of lines on one page. */
  public static final int MAX_LIMIT = 10_000;

  private static final JobLogQuery ALL = new JobLogQuery(false, null, DEFAULT_LIMIT);

  private final boolean newestFirst;
  private final @Nullable Long after;
  private final int limit;

  private JobLogQuery(boolean newestFirst, @Nullable Long after, int limit) {
    this.newestFirst = newestFirst;
    this.after = after;
    this.limit = limit;
  }

  /** All lines from the first one on, {@link #DEFAULT_LIMIT} a page. */
  public static JobLogQuery all() {
    return ALL;
  }

  /** A copy that asks for the lines in the opposite order, from the last one on. */
  public JobLogQuery withNewestFirst() {
    return new JobLogQuery(true, after, limit);
  }

  /** A copy that asks for the lines after this one, which is given by {@link JobLogPage#next()}. */
  public JobLogQuery withAfter(long line) {
    return new JobLogQuery(newestFirst, line, limit);
  }

  /**
   * A copy with at most this many lines on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public JobLogQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return new JobLogQuery(newestFirst, after, limit);
  }

  /** Whether the newest line comes first. */
  public boolean isNewestFirst() {
    return newestFirst;
  }

  /** The line after which the page starts; empty for the first page. */
  public OptionalLong after() {
    return after == null ? OptionalLong.empty() : OptionalLong.of(after);
  }

  /** The largest number of lines on one page. */
  public int limit() {
    return limit;
  }
}
