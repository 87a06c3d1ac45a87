package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobSchedules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query for the jobs to list, to count, or to change with {@link JobBulkOperations}. Immutable;
 * each method returns a changed copy: {@code
 * JobQuery.all().withStatus(FAILED).withType(WidgetBatchJob.DEFINITION).withLimit(20)}. A job must
 * meet all conditions of the query.
 */
public final class JobQuery {

  /** The largest number of jobs on one page. */
  public static final int MAX_LIMIT = 1000;

  private static final JobQuery ALL = new JobQuery(new Parts());

  private final Parts parts;

  /** The conditions of a query. They do not change once a query has them. */
  private static final class Parts {
    private @Nullable JobStatus status;
    private List<String> types = List.of();
    private @Nullable String itemId;
    private @Nullable String submittedBy;
    private @Nullable String limitKey;
    private @Nullable String fingerprint;
    private @Nullable UUID workflowId;
    private @Nullable Instant submittedAfter;
    private @Nullable Instant submittedBefore;
    private List<UUID> ids = List.of();
    private Headers headers = Headers.none();
    private @Nullable String errorText;
    private @Nullable Cursor cursor;
    private int limit = 50;

    private Parts copy() {
      Parts copy = new Parts();
      copy.status = status;
      copy.types = types;
      copy.itemId = itemId;
      copy.submittedBy = submittedBy;
      copy.limitKey = limitKey;
      copy.fingerprint = fingerprint;
      copy.workflowId = workflowId;
      copy.submittedAfter = submittedAfter;
      copy.submittedBefore = submittedBefore;
      copy.ids = ids;
      copy.headers = headers;
      copy.errorText = errorText;
      copy.cursor = cursor;
      copy.limit = limit;
      return copy;
    }
  }

  private JobQuery(Parts parts) {
    this.parts = parts;
  }

  private JobQuery with(Consumer<Parts> change) {
    Parts changed = parts.copy();
    change.accept(changed);
    return new JobQuery(changed);
  }

  /** All jobs, 50 a page. */
  public static JobQuery all() {
    return ALL;
  }

  /** A copy that asks for jobs with this status only. */
  public JobQuery withStatus(JobStatus status) {
    Objects.requireNonNull(status, "status");
    return with(changed -> changed.status = status);
  }

  /** A copy that asks for jobs of this type only. */
  public JobQuery withType(String type) {
    List<String> names = List.of(Objects.requireNonNull(type, "type"));
    return with(changed -> changed.types = names);
  }

  /**
   * A copy that asks for jobs of this type only, including those that were submitted under one of
   * its aliases.
   */
  public JobQuery withType(JobDefinition<?, ?> definition) {
    List<String> names =
        Stream.concat(Stream.of(definition.type()), definition.aliases().stream()).toList();
    return with(changed -> changed.types = names);
  }

  /**
   * A copy that asks for jobs of these types only, by the names that they were submitted with.
   *
   * @param types the names
   * @throws IllegalArgumentException if there are none
   */
  public JobQuery withTypes(Collection<String> types) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException(
          "types is empty; name at least one job type, or leave out withTypes to ask for jobs of any type.");
    }
    List<String> names = List.copyOf(types);
    return with(changed -> changed.types = names);
  }

  /**
   * A copy that asks for jobs with these ids only.
   *
   * @param ids the ids, at most {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if there are none, or too many
   */
  public JobQuery withIds(Collection<UUID> ids) {
    if (ids.isEmpty() || ids.size() > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "There are " + ids.size() + " ids; there must be from 1 to " + MAX_LIMIT + ".");
    }
    List<UUID> wanted = List.copyOf(ids);
    return with(changed -> changed.ids = wanted);
  }

  /**
   * A copy that asks only for jobs whose {@link JobSummary#error()} contains this string in its
   * class or its message; upper and lower case do not matter. There is no index for that: the query
   * reads the rows of all jobs that meet its other conditions, so ask for a status, a type or a
   * time as well.
   */
  public JobQuery withErrorText(String errorText) {
    Objects.requireNonNull(errorText, "errorText");
    return with(changed -> changed.errorText = errorText);
  }

  /** A copy that asks for jobs that belong to this item only. */
  public JobQuery withItemId(String itemId) {
    Objects.requireNonNull(itemId, "itemId");
    return with(changed -> changed.itemId = itemId);
  }

  /** A copy that asks for jobs of this submitter only. */
  public JobQuery withSubmittedBy(String submittedBy) {
    Objects.requireNonNull(submittedBy, "submittedBy");
    return with(changed -> changed.submittedBy = submittedBy);
  }

  /**
   * A copy that asks only for jobs that have this header with exactly this value. With several
   * headers, a job must have all of them; the search begins with the first one by name.
   *
   * @throws IllegalArgumentException as {@link Headers#with} does
   */
  public <T> JobQuery withHeader(Header<T> header, T value) {
    return withHeaders(parts.headers.with(header, value));
  }

  /** A copy that asks only for jobs that have all of these headers, with exactly these values. */
  public JobQuery withHeaders(Headers headers) {
    Objects.requireNonNull(headers, "headers");
    return with(changed -> changed.headers = headers);
  }

  /**
   * A copy that asks only for jobs with this key: the value of the payload component that their
   * type names as {@link dev.tenon.jobs.annotation.Limit#by()}. Jobs of a type that has limits, but
   * no such component, have the key {@code ""}; jobs of other types have none.
   */
  public JobQuery withLimitKey(String limitKey) {
    Objects.requireNonNull(limitKey, "limitKey");
    return with(changed -> changed.limitKey = limitKey);
  }

  /**
   * A copy that asks only for jobs whose last failed attempt has this {@link
   * JobAttempt#fingerprint()}. Attempts that timed out or were lost count as failed, and have no
   * fingerprint. The job itself need not have failed: one that has been retried, or waits for its
   * next attempt, is found as well, unless {@link #withStatus} rules it out.
   */
  public JobQuery withFingerprint(String fingerprint) {
    Objects.requireNonNull(fingerprint, "fingerprint");
    return with(changed -> changed.fingerprint = fingerprint);
  }

  /**
   * A copy that asks for jobs of this workflow only, its follow-ups included. The jobs of a task
   * with many jobs belong to a separate workflow.
   */
  public JobQuery withWorkflowId(UUID workflowId) {
    Objects.requireNonNull(workflowId, "workflowId");
    return with(changed -> changed.workflowId = workflowId);
  }

  /**
   * A copy that asks only for jobs that were submitted at this time or later, by the database's
   * clock. It looks for them by their ids, which begin with a time, usually that of the submission.
   * So it does not find a job whose id has a time more than a day earlier, such as a job that
   * {@link JobSchedules#backfill} has submitted for an earlier day.
   */
  public JobQuery withSubmittedAfter(Instant time) {
    Objects.requireNonNull(time, "time");
    return with(changed -> changed.submittedAfter = time);
  }

  /**
   * A copy that asks only for jobs that were submitted before this time, by the database's clock.
   * It does not find a job of a submitter whose clock was more than a day fast.
   */
  public JobQuery withSubmittedBefore(Instant time) {
    Objects.requireNonNull(time, "time");
    return with(changed -> changed.submittedBefore = time);
  }

  /**
   * A copy that asks for the page that begins at this cursor.
   *
   * @param cursor the end of the previous page: {@link Page#next()} of {@link JobService#list}
   */
  public JobQuery withCursor(Cursor cursor) {
    Objects.requireNonNull(cursor, "cursor");
    return with(changed -> changed.cursor = cursor);
  }

  /**
   * A copy with at most this many jobs on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public JobQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return with(changed -> changed.limit = limit);
  }

  /** The status asked for. */
  public Optional<JobStatus> status() {
    return Optional.ofNullable(parts.status);
  }

  /** The names of the types asked for; empty if any type will do. */
  public List<String> types() {
    return parts.types;
  }

  /** The ids asked for; empty if any will do. */
  public List<UUID> ids() {
    return parts.ids;
  }

  /** The string that the error must contain. */
  public Optional<String> errorText() {
    return Optional.ofNullable(parts.errorText);
  }

  /** The item asked for. */
  public Optional<String> itemId() {
    return Optional.ofNullable(parts.itemId);
  }

  /** The submitter asked for. */
  public Optional<String> submittedBy() {
    return Optional.ofNullable(parts.submittedBy);
  }

  /** The headers asked for; none if any will do. */
  public Headers headers() {
    return parts.headers;
  }

  /** The limit key asked for. */
  public Optional<String> limitKey() {
    return Optional.ofNullable(parts.limitKey);
  }

  /** The fingerprint asked for. */
  public Optional<String> fingerprint() {
    return Optional.ofNullable(parts.fingerprint);
  }

  /** The workflow that the jobs belong to. */
  public Optional<UUID> workflowId() {
    return Optional.ofNullable(parts.workflowId);
  }

  /** The earliest time of submission that is asked for. */
  public Optional<Instant> submittedAfter() {
    return Optional.ofNullable(parts.submittedAfter);
  }

  /** The time that jobs were submitted before. */
  public Optional<Instant> submittedBefore() {
    return Optional.ofNullable(parts.submittedBefore);
  }

  /** The cursor that the page begins at; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(parts.cursor);
  }

  /** The largest number of jobs on one page. */
  public int limit() {
    return parts.limit;
  }

  /**
   * A description of the query in words, without its cursor and limit: {@code jobs with status
   * failed, of type 'widget.process.batch', submitted by 'ops'}.
   */
  public String describe() {
    List<String> criteria = criteria();
    return criteria.isEmpty() ? "all jobs" : "jobs " + String.join(", ", criteria);
  }

  /** Returns true if every job meets the query; its cursor and limit do not matter for that. */
  public boolean asksForAll() {
    return criteria().isEmpty();
  }

  private List<String> criteria() {
    List<String> criteria = new ArrayList<>();
    status().ifPresent(status -> criteria.add("with status " + status.code()));
    if (!types().isEmpty()) {
      criteria.add("of type '" + String.join("' or '", types()) + "'");
    }
    itemId().ifPresent(itemId -> criteria.add("of item '" + itemId + "'"));
    submittedBy().ifPresent(by -> criteria.add("submitted by '" + by + "'"));
    headers()
        .asMap()
        .forEach((name, value) -> criteria.add("with header %s=%s".formatted(name, value)));
    limitKey().ifPresent(key -> criteria.add("with limit key '" + key + "'"));
    fingerprint().ifPresent(print -> criteria.add("that failed with fingerprint '" + print + "'"));
    workflowId().ifPresent(id -> criteria.add("of workflow " + id));
    errorText().ifPresent(text -> criteria.add("with '" + text + "' in the error"));
    if (ids().size() == 1) {
      criteria.add("with id " + ids().get(0));
    } else if (!ids().isEmpty()) {
      criteria.add("with %d ids, the first one %s".formatted(ids().size(), ids().get(0)));
    }
    submittedAfter().ifPresent(time -> criteria.add("submitted at " + time + " or later"));
    submittedBefore().ifPresent(time -> criteria.add("submitted before " + time));
    return criteria;
  }

  /** As {@link #describe()}. */
  @Override
  public String toString() {
    return describe();
  }
}
