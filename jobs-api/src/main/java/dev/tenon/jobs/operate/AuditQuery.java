package dev.tenon.jobs.operate;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Page;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A query for entries of the audit. Immutable; each method returns a changed copy: {@code
 * AuditQuery.all().withBy("ann").withLimit(20)}. An entry must meet all conditions of the query.
 */
public final class AuditQuery {

  /** The largest number of entries on one page, unless the query sets another. */
  public static final int DEFAULT_LIMIT = 100;

  /** The largest number of entries on one page. */
  public static final int MAX_LIMIT = 1_000;

  private static final AuditQuery ALL = new AuditQuery(new Parts());

  private final Parts parts;

  /** The conditions of a query. They do not change once a query has them. */
  private static final class Parts {
    private @Nullable String by;
    private @Nullable String action;
    private @Nullable String target;
    private @Nullable Instant from;
    private @Nullable Instant until;
    private @Nullable Cursor cursor;
    private int limit = DEFAULT_LIMIT;

    private Parts copy() {
      Parts copy = new Parts();
      copy.by = by;
      copy.action = action;
      copy.target = target;
      copy.from = from;
      copy.until = until;
      copy.cursor = cursor;
      copy.limit = limit;
      return copy;
    }
  }

  private AuditQuery(Parts parts) {
    this.parts = parts;
  }

  private AuditQuery with(Consumer<Parts> change) {
    Parts changed = parts.copy();
    change.accept(changed);
    return new AuditQuery(changed);
  }

  /** All entries, newest first, {@link #DEFAULT_LIMIT} a page. */
  public static AuditQuery all() {
    return ALL;
  }

  /** A copy that asks for changes by this actor. */
  public AuditQuery withBy(String by) {
    Objects.requireNonNull(by, "by");
    return with(changed -> changed.by = by);
  }

  /** A copy that asks for this action, such as {@code pause type}. */
  public AuditQuery withAction(String action) {
    Objects.requireNonNull(action, "action");
    return with(changed -> changed.action = action);
  }

  /** A copy that asks for changes to this target, such as the id of a job or the name of a type. */
  public AuditQuery withTarget(String target) {
    Objects.requireNonNull(target, "target");
    return with(changed -> changed.target = target);
  }

  /** A copy that asks for changes that began at this time or later, by the database's clock. */
  public AuditQuery withFrom(Instant time) {
    Objects.requireNonNull(time, "time");
    return with(changed -> changed.from = time);
  }

  /** A copy that asks for changes that began before this time, by the database's clock. */
  public AuditQuery withUntil(Instant time) {
    Objects.requireNonNull(time, "time");
    return with(changed -> changed.until = time);
  }

  /**
   * A copy that asks for the page that begins at this cursor.
   *
   * @param cursor the end of the previous page: {@link Page#next()} of {@link JobAudit#list}
   */
  public AuditQuery withCursor(Cursor cursor) {
    Objects.requireNonNull(cursor, "cursor");
    return with(changed -> changed.cursor = cursor);
  }

  /**
   * A copy with at most this many entries on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public AuditQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return with(changed -> changed.limit = limit);
  }

  /** The actor asked for. */
  public Optional<String> by() {
    return Optional.ofNullable(parts.by);
  }

  /** The action asked for. */
  public Optional<String> action() {
    return Optional.ofNullable(parts.action);
  }

  /** The target asked for. */
  public Optional<String> target() {
    return Optional.ofNullable(parts.target);
  }

  /** The earliest time that is asked for. */
  public Optional<Instant> from() {
    return Optional.ofNullable(parts.from);
  }

  /** The time that the entries are before. */
  public Optional<Instant> until() {
    return Optional.ofNullable(parts.until);
  }

  /** The cursor that the page begins at; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(parts.cursor);
  }

  /** The largest number of entries on one page. */
  public int limit() {
    return parts.limit;
  }
}
