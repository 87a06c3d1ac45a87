package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A job to be recorded.
 *
 * @param id the id, made by the submitter
 * @param type the job type
 * @param version the version of the type
 * @param routingKey the routing key of the type
 * @param priority how urgent it is
 * @param payload the payload as JSON
 * @param itemId what it belongs to
 * @param submittedBy who submits it
 * @param maxAttempts the maximum number of attempts
 * @param retention how long it is kept after it has ended
 * @param delay the time from the insert until it is due; null if immediately or at {@code runAt}
 * @param runAt when it is due; null if immediately or after {@code delay}
 * @param externalPolicy how its attempts are run, as JSON, for workers in other languages; null for
 *     a type that is handled in Java
 * @param failedRetention how long it is kept if it fails or is cancelled
 * @param limitKey the key that it is limited by; {@code ""} if its type has only overall limits,
 *     null if it has none
 * @param unique the unique key; null if it has none
 * @param hasOwnPriority whether the priority was set for this job rather than taken from its type
 * @param workflow the workflow that it belongs to; null if it belongs to none
 * @param traceContext the trace context of the submit; null if that is not traced
 * @param headers its headers
 * @param latestStart how late it may start; null if at any time
 * @param orderKey the key of the line that it waits in; {@code ""} if all jobs of its type wait in
 *     one, null if it waits in none
 * @param backlog the bound on waiting jobs that counts it; null if none does
 * @param cost what it counts for rates of costs; null if its type has none
 */
public record NewJob(
    UUID id,
    String type,
    int version,
    String routingKey,
    JobPriority priority,
    String payload,
    @Nullable String itemId,
    String submittedBy,
    int maxAttempts,
    Duration retention,
    @Nullable Duration delay,
    @Nullable Instant runAt,
    @Nullable String externalPolicy,
    Duration failedRetention,
    @Nullable String limitKey,
    @Nullable UniqueKey unique,
    boolean hasOwnPriority,
    @Nullable InWorkflow workflow,
    @Nullable String traceContext,
    Headers headers,
    @Nullable LatestStart latestStart,
    @Nullable String orderKey,
    @Nullable Backlog backlog,
    @Nullable Long cost) {

  /** Creates a job with the priority of its type, so that an override takes precedence. */
  public NewJob(
      UUID id,
      String type,
      int version,
      String routingKey,
      JobPriority priority,
      String payload,
      @Nullable String itemId,
      String submittedBy,
      int maxAttempts,
      Duration retention,
      @Nullable Duration delay,
      @Nullable Instant runAt,
      @Nullable String externalPolicy,
      Duration failedRetention,
      @Nullable String limitKey,
      @Nullable UniqueKey unique) {
    this(
        id,
        type,
        version,
        routingKey,
        priority,
        payload,
        itemId,
        submittedBy,
        maxAttempts,
        retention,
        delay,
        runAt,
        externalPolicy,
        failedRetention,
        limitKey,
        unique,
        false,
        null,
        null,
        Headers.none(),
        null,
        null,
        null,
        null);
  }

  /**
   * Returns the same job.
   *
   * @param hasOwnPriority whether its priority was set for this job, so that no override takes
   *     precedence
   */
  public NewJob withOwnPriority(boolean hasOwnPriority) {
    return with(copy -> copy.hasOwnPriority = hasOwnPriority);
  }

  /**
   * A limit on how late the first attempt of a job may start: one of the two.
   *
   * @param within the time from when the job is due; null if {@code before} is given
   * @param before the time itself; null if {@code within} is given
   */
  public record LatestStart(@Nullable Duration within, @Nullable Instant before) {

    /** The same from the columns of a row; null if both are null. */
    public static @Nullable LatestStart of(@Nullable Long withinMillis, @Nullable Instant before) {
      return withinMillis == null && before == null
          ? null
          : new LatestStart(withinMillis == null ? null : Duration.ofMillis(withinMillis), before);
    }

    /** The time from when it is due, in milliseconds; null if the time itself is given. */
    public @Nullable Long withinMillis() {
      return within == null ? null : within.toMillis();
    }

    /** Returns the time that a job must start before if it is due at a time. */
    public @Nullable Instant from(Instant runAt) {
      return within == null ? before : runAt.plus(within);
    }
  }

  /** Returns the same job with this limit on how late it may start; null for none. */
  public NewJob withLatestStart(@Nullable LatestStart latest) {
    return with(copy -> copy.latestStart = latest);
  }

  /**
   * A bound on how many jobs may wait.
   *
   * @param key the value that the job is counted under; {@code ""} if the bound is for all jobs of
   *     the type
   * @param max the bound that its submitter knows, if the table does not have the type yet; 0 if
   *     the oldest jobs are dropped, so that none is refused
   */
  public record Backlog(String key, int max) {

    /** The bound that a type declares. */
    public static Backlog of(BacklogRule<?> rule, String key) {
      return new Backlog(key, rule.whenFull() == WhenFull.REFUSE ? rule.max() : 0);
    }

    /** The bound that the table has for a type; null if there is no key. */
    public static @Nullable Backlog of(@Nullable String key) {
      return key == null ? null : new Backlog(key, 0);
    }
  }

  /** Returns the same job, counted by this bound on waiting jobs; null for none. */
  public NewJob withBacklog(@Nullable Backlog bound) {
    return with(copy -> copy.backlog = bound);
  }

  /** Returns the same job with this cost; null for none. */
  public NewJob withCost(@Nullable Long other) {
    return with(copy -> copy.cost = other);
  }

  /** The value that the bound on waiting jobs counts it under; null if there is no bound. */
  public @Nullable String backlogKey() {
    return backlog == null ? null : backlog.key();
  }

  /** The milliseconds that it must start within, from when it is due; null if not given so. */
  public @Nullable Long startWithinMillis() {
    return latestStart == null ? null : latestStart.withinMillis();
  }

  /** The time that it must start before; null if not given so. */
  @Nullable Instant startBefore() {
    return latestStart == null ? null : latestStart.before();
  }

  /**
   * The workflow that a job belongs to.
   *
   * @param id the workflow
   * @param waits whether the job is not due until the workflow releases it
   */
  public record InWorkflow(UUID id, boolean waits) {}

  /**
   * Returns the same job in a workflow. Each task has its own job, even if its type has a unique
   * key.
   */
  public NewJob in(InWorkflow workflow) {
    return with(
        copy -> {
          copy.delay = workflow.waits() ? null : delay;
          copy.unique = null;
          copy.workflow = workflow;
        });
  }

  /** The workflow that it belongs to; null if it belongs to none. */
  @Nullable UUID workflowId() {
    return workflow == null ? null : workflow.id();
  }

  /** Returns whether it is not due until its workflow releases it. */
  boolean waitsForOthers() {
    return workflow != null && workflow.waits();
  }

  /**
   * The unique key of a job, which no other job may have.
   *
   * @param key the job type and the values that make the job unique
   * @param scope how long it excludes other jobs
   * @param period how long it excludes them at least, from the submission on; null if not set
   * @param onDuplicate what happens to a job that already has the key
   */
  public record UniqueKey(
      String key, UniqueScope scope, @Nullable Duration period, DuplicatePolicy onDuplicate) {}

  /** Returns the unique key of a job that has one. */
  UniqueKey requireUnique() {
    return Objects.requireNonNull(unique, "unique");
  }

  /** Returns the same job with the trace context of its submit. */
  public NewJob tracedBy(String context) {
    return with(copy -> copy.traceContext = context);
  }

  /** Returns the same job with these headers. */
  public NewJob withHeaders(Headers others) {
    return with(copy -> copy.headers = others);
  }

  /**
   * Returns the same job in a line.
   *
   * @param key as {@link #orderKey}
   */
  public NewJob orderedBy(@Nullable String key) {
    return with(copy -> copy.orderKey = key);
  }

  /** Returns the same job with another id. */
  public NewJob withId(UUID other) {
    return with(copy -> copy.id = other);
  }

  /**
   * Returns the same job with the payload, the priority and the headers of one that has the same
   * unique key.
   */
  public NewJob replacedBy(NewJob other) {
    return with(
        copy -> {
          copy.version = other.version;
          copy.priority = other.priority;
          copy.payload = other.payload;
          copy.headers = other.headers;
          // A job gets its limits when it is recorded, and they stay
          if (limitKey != null && other.limitKey != null) {
            copy.limitKey = other.limitKey;
          }
          copy.orderKey = other.orderKey;
          copy.backlog = other.backlog;
          copy.cost = other.cost;
        });
  }

  /** Returns the same job with another payload. */
  public NewJob withPayload(String other) {
    return with(copy -> copy.payload = other);
  }

  /** Returns the same job with the settings that operators have made for its type. */
  NewJob recordedAs(JobPriority otherPriority, @Nullable String otherLimitKey) {
    return with(
        copy -> {
          copy.priority = otherPriority;
          copy.limitKey = otherLimitKey;
        });
  }

  /** Returns the same job without its unique key. */
  public NewJob withoutUniqueKey() {
    return with(copy -> copy.unique = null);
  }

  /**
   * Returns a copy of a job of a schedule.
   *
   * @param id its id
   * @param submittedBy who submits it
   * @param runAt when it is due; null if immediately
   */
  public NewJob withRun(UUID id, String submittedBy, @Nullable Instant runAt) {
    return with(
        copy -> {
          copy.id = id;
          copy.submittedBy = submittedBy;
          copy.delay = null;
          copy.runAt = runAt;
        });
  }

  /** A builder of a job: a copy of another one that may differ in some components. */
  private static final class Copy {

    private UUID id;
    private int version;
    private JobPriority priority;
    private String payload;
    private String submittedBy;
    private @Nullable Duration delay;
    private @Nullable Instant runAt;
    private @Nullable String limitKey;
    private @Nullable UniqueKey unique;
    private boolean hasOwnPriority;
    private @Nullable InWorkflow workflow;
    private @Nullable String traceContext;
    private Headers headers;
    private @Nullable LatestStart latestStart;
    private @Nullable String orderKey;
    private @Nullable Backlog backlog;
    private @Nullable Long cost;

    Copy(NewJob job) {
      id = job.id;
      version = job.version;
      priority = job.priority;
      payload = job.payload;
      submittedBy = job.submittedBy;
      delay = job.delay;
      runAt = job.runAt;
      limitKey = job.limitKey;
      unique = job.unique;
      hasOwnPriority = job.hasOwnPriority;
      workflow = job.workflow;
      traceContext = job.traceContext;
      headers = job.headers;
      latestStart = job.latestStart;
      orderKey = job.orderKey;
      backlog = job.backlog;
      cost = job.cost;
    }
  }

  private NewJob with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new NewJob(
        copy.id,
        type,
        copy.version,
        routingKey,
        copy.priority,
        copy.payload,
        itemId,
        copy.submittedBy,
        maxAttempts,
        retention,
        copy.delay,
        copy.runAt,
        externalPolicy,
        failedRetention,
        copy.limitKey,
        copy.unique,
        copy.hasOwnPriority,
        copy.workflow,
        copy.traceContext,
        copy.headers,
        copy.latestStart,
        copy.orderKey,
        copy.backlog,
        copy.cost);
  }

  /** The pointer to the job before its first attempt. */
  public JobPointer pointer() {
    return new JobPointer(id, type, routingKey, priority, 0, externalPolicy != null);
  }

  /** Returns whether the job is due as soon as it is committed. */
  public boolean isDueImmediately() {
    return delay == null && runAt == null && !waitsForOthers();
  }

  /**
   * Returns whether a pointer to the job is published, unless operators have set otherwise. Workers
   * find all other jobs in the table.
   */
  public boolean isPublished() {
    return limitKey == null && orderKey == null;
  }
}
