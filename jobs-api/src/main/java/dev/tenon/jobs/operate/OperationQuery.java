package dev.tenon.jobs.operate;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Page;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query for records of bulk operations. Immutable; each method returns a changed copy: {@code
 * OperationQuery.all().withLimit(20)}.
 */
public final class OperationQuery {

  /** The largest number of records on one page, unless the query sets another. */
  public static final int DEFAULT_LIMIT = 100;

  /** The largest number of records on one page. */
  public static final int MAX_LIMIT = 1_000;

  private static final OperationQuery ALL = new OperationQuery(null, DEFAULT_LIMIT);

  private final @Nullable Cursor cursor;
  private final int limit;

  private OperationQuery(@Nullable Cursor cursor, int limit) {
    this.cursor = cursor;
    this.limit = limit;
  }

  /** All records, newest first, {@link #DEFAULT_LIMIT} a page. */
  public static OperationQuery all() {
    return ALL;
  }

  /**
   * A copy that asks for the page that begins at this cursor.
   *
   * @param cursor the end of the previous page: {@link Page#next()} of {@link
   *     JobBulkOperations#list}
   */
  public OperationQuery withCursor(Cursor cursor) {
    return new OperationQuery(Objects.requireNonNull(cursor, "cursor"), limit);
  }

  /**
   * A copy with at most this many records on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public OperationQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return new OperationQuery(cursor, limit);
  }

  /** The cursor that the page begins at; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(cursor);
  }

  /** The largest number of records on one page. */
  public int limit() {
    return limit;
  }
}
