package dev.tenon.jobs;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query for lines of a job's log. Immutable; each method returns a changed copy: {@code
 * JobLogQuery.all().withNewestFirst().withLimit(100)}.
 *
 * <p>To follow a log, continue from the last line that was read:
 *
 * <pre>{@code
 * for (JobLogEntry line : jobs.logs(id, query)) {
 *   System.out.println(line.message());
 *   query = query.withCursor(line.cursor());
 * }
 * }</pre>
 */
public final class JobLogQuery {

  /** The largest number of lines on one page, unless the query sets another. */
  public static final int DEFAULT_LIMIT = 1_000;

  /** The largest number of lines on one page. */
  public static final int MAX_LIMIT = 10_000;

  private static final JobLogQuery ALL = new JobLogQuery(false, null, DEFAULT_LIMIT);

  private final boolean newestFirst;
  private final @Nullable Cursor cursor;
  private final int limit;

  private JobLogQuery(boolean newestFirst, @Nullable Cursor cursor, int limit) {
    this.newestFirst = newestFirst;
    this.cursor = cursor;
    this.limit = limit;
  }

  /** All lines, oldest first, {@link #DEFAULT_LIMIT} a page. */
  public static JobLogQuery all() {
    return ALL;
  }

  /** A copy that asks for the lines in reverse order, newest first. */
  public JobLogQuery withNewestFirst() {
    return new JobLogQuery(true, cursor, limit);
  }

  /**
   * A copy that asks for the lines that come after this cursor in the order of the query.
   *
   * @param cursor {@link Page#next()} of {@link JobService#logs(java.util.UUID, JobLogQuery)}, or
   *     {@link JobLogEntry#cursor()}
   */
  public JobLogQuery withCursor(Cursor cursor) {
    return new JobLogQuery(newestFirst, Objects.requireNonNull(cursor, "cursor"), limit);
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
    return new JobLogQuery(newestFirst, cursor, limit);
  }

  /** Returns true if the newest line comes first. */
  public boolean isNewestFirst() {
    return newestFirst;
  }

  /** The cursor that the page begins after; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(cursor);
  }

  /** The largest number of lines on one page. */
  public int limit() {
    return limit;
  }
}
