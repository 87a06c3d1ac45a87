package dev.tenon.jobs.durable;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Page;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query for steps in doubt. Immutable; each method returns a changed copy: {@code
 * InDoubtQuery.all().withLimit(20)}.
 */
public final class InDoubtQuery {

  /** The maximum number of steps on one page. */
  public static final int MAX_LIMIT = 1_000;

  private static final InDoubtQuery ALL = new InDoubtQuery(null, 100);

  private final @Nullable Cursor cursor;
  private final int limit;

  private InDoubtQuery(@Nullable Cursor cursor, int limit) {
    this.cursor = cursor;
    this.limit = limit;
  }

  /** All steps in doubt, up to 100 on a page. */
  public static InDoubtQuery all() {
    return ALL;
  }

  /**
   * A copy that asks for the page that begins at this cursor.
   *
   * @param cursor the end of the previous page: {@link Page#next()} of {@link JobSteps#inDoubt}
   */
  public InDoubtQuery withCursor(Cursor cursor) {
    return new InDoubtQuery(Objects.requireNonNull(cursor, "cursor"), limit);
  }

  /**
   * A copy with at most this many steps on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public InDoubtQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return new InDoubtQuery(cursor, limit);
  }

  /** The cursor that the page begins at; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(cursor);
  }

  /** The maximum number of steps on one page. */
  public int limit() {
    return limit;
  }
}
