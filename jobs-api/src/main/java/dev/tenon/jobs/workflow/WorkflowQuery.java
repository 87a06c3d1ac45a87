package dev.tenon.jobs.workflow;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.codes.Codes;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A query for workflows that are not tasks of others. Immutable; each method returns a changed
 * copy: {@code WorkflowQuery.all().withName("nightly").withState(State.FAILED)}. A workflow must
 * meet all conditions of the query.
 */
public final class WorkflowQuery {

  /** The maximum number of workflows on one page. */
  public static final int MAX_LIMIT = 1_000;

  private static final WorkflowQuery ALL = new WorkflowQuery(new Parts());

  private final Parts parts;

  /** The state of a workflow. */
  public enum State {
    /** It has not ended, and nobody has paused it. */
    RUNNING,
    /** It has not ended, and somebody has paused it. */
    PAUSED,
    /** All of its members have completed, or were not needed. */
    COMPLETED,
    /** It has ended, and a member has failed. */
    FAILED,
    /** It has ended because it was cancelled or could not be started. */
    CANCELLED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The state as it is shown, such as {@code running}. */
    public String code() {
      return code;
    }

    /**
     * The state with the given code.
     *
     * @throws IllegalArgumentException if there is no such state
     */
    public static State ofCode(String code) {
      return Codes.find(values(), State::code, code);
    }
  }

  /** The conditions of a query. They do not change once a query has them. */
  private static final class Parts {
    private @Nullable String name;
    private @Nullable State state;
    private @Nullable Instant submittedAfter;
    private @Nullable Instant submittedBefore;
    private @Nullable Cursor cursor;
    private int limit = 50;

    private Parts copy() {
      Parts copy = new Parts();
      copy.name = name;
      copy.state = state;
      copy.submittedAfter = submittedAfter;
      copy.submittedBefore = submittedBefore;
      copy.cursor = cursor;
      copy.limit = limit;
      return copy;
    }
  }

  private WorkflowQuery(Parts parts) {
    this.parts = parts;
  }

  private WorkflowQuery with(Consumer<Parts> change) {
    Parts changed = parts.copy();
    change.accept(changed);
    return new WorkflowQuery(changed);
  }

  /** All workflows, newest first, 50 a page. */
  public static WorkflowQuery all() {
    return ALL;
  }

  /** A copy that asks for workflows with exactly this name. */
  public WorkflowQuery withName(String name) {
    Objects.requireNonNull(name, "name");
    return with(changed -> changed.name = name);
  }

  /** A copy that asks for workflows in this state. */
  public WorkflowQuery withState(State state) {
    Objects.requireNonNull(state, "state");
    return with(changed -> changed.state = state);
  }

  /**
   * A copy that asks for workflows that were submitted at this time or later, by the time in their
   * ids, which is the submitter's.
   */
  public WorkflowQuery withSubmittedAfter(Instant time) {
    Objects.requireNonNull(time, "time");
    return with(changed -> changed.submittedAfter = time);
  }

  /**
   * A copy that asks for workflows that were submitted before this time, by the time in their ids,
   * which is the submitter's.
   */
  public WorkflowQuery withSubmittedBefore(Instant time) {
    Objects.requireNonNull(time, "time");
    return with(changed -> changed.submittedBefore = time);
  }

  /**
   * A copy that asks for the page that begins at this cursor.
   *
   * @param cursor the end of the previous page: {@link Page#next()} of {@link JobWorkflows#list}
   */
  public WorkflowQuery withCursor(Cursor cursor) {
    Objects.requireNonNull(cursor, "cursor");
    return with(changed -> changed.cursor = cursor);
  }

  /**
   * A copy with at most this many workflows on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public WorkflowQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return with(changed -> changed.limit = limit);
  }

  /** The name asked for. */
  public Optional<String> name() {
    return Optional.ofNullable(parts.name);
  }

  /** The state asked for. */
  public Optional<State> state() {
    return Optional.ofNullable(parts.state);
  }

  /** The earliest time of submission that is asked for. */
  public Optional<Instant> submittedAfter() {
    return Optional.ofNullable(parts.submittedAfter);
  }

  /** The time that workflows were submitted before. */
  public Optional<Instant> submittedBefore() {
    return Optional.ofNullable(parts.submittedBefore);
  }

  /** The cursor that the page begins at; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(parts.cursor);
  }

  /** The maximum number of workflows on one page. */
  public int limit() {
    return parts.limit;
  }
}
