package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options of a submission: the submitter, the time when the job is due, how late it may start, its
 * priority, the item that it belongs to, and its headers. Immutable; each method returns a changed
 * copy:
 *
 * <pre>{@code
 * jobs.widgetBatch().submit(batch, SubmitOptions.by("user-7").withPriority(HIGH));
 * }</pre>
 */
public final class SubmitOptions {

  private static final SubmitOptions DEFAULTS =
      new SubmitOptions(null, null, null, null, null, null, null, Headers.none());

  private final @Nullable String submittedBy;
  private final @Nullable JobPriority priority;
  private final @Nullable String itemId;
  private final @Nullable Duration delay;
  private final @Nullable Instant runAt;
  private final @Nullable Duration startWithin;
  private final @Nullable Instant startBefore;
  private final Headers headers;

  private SubmitOptions(
      @Nullable String submittedBy,
      @Nullable JobPriority priority,
      @Nullable String itemId,
      @Nullable Duration delay,
      @Nullable Instant runAt,
      @Nullable Duration startWithin,
      @Nullable Instant startBefore,
      Headers headers) {
    this.submittedBy = submittedBy;
    this.priority = priority;
    this.itemId = itemId;
    this.delay = delay;
    this.runAt = runAt;
    this.startWithin = startWithin;
    this.startBefore = startBefore;
    this.headers = headers;
  }

  /**
   * The defaults: the runtime's default submitter, the priority of the type, no item, due
   * immediately.
   */
  public static SubmitOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The defaults, except for the submitter.
   *
   * @param submittedBy a user's id, or the name of a program
   */
  public static SubmitOptions by(String submittedBy) {
    return DEFAULTS.withSubmittedBy(submittedBy);
  }

  /**
   * A copy with this submitter, in place of the runtime's default.
   *
   * @param submittedBy a user's id, or the name of a program
   */
  public SubmitOptions withSubmittedBy(String submittedBy) {
    return new SubmitOptions(
        Objects.requireNonNull(submittedBy, "submittedBy"),
        priority,
        itemId,
        delay,
        runAt,
        startWithin,
        startBefore,
        headers);
  }

  /** A copy with this priority in place of the type's. */
  public SubmitOptions withPriority(JobPriority priority) {
    return new SubmitOptions(
        submittedBy,
        Objects.requireNonNull(priority, "priority"),
        itemId,
        delay,
        runAt,
        startWithin,
        startBefore,
        headers);
  }

  /** A copy with the item that the job belongs to. Jobs can be listed by item. */
  public SubmitOptions withItemId(String itemId) {
    return new SubmitOptions(
        submittedBy,
        priority,
        Objects.requireNonNull(itemId, "itemId"),
        delay,
        runAt,
        startWithin,
        startBefore,
        headers);
  }

  /**
   * A copy whose job is due after this delay from its submission, by the database's clock. It
   * replaces {@link #withRunAt}.
   *
   * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days
   */
  public SubmitOptions withDelay(Duration delay) {
    return new SubmitOptions(
        submittedBy,
        priority,
        itemId,
        Delays.checked(delay),
        null,
        startWithin,
        startBefore,
        headers);
  }

  /**
   * A copy whose job is due at this time, or immediately if it is past. It replaces {@link
   * #withDelay}.
   */
  public SubmitOptions withRunAt(Instant runAt) {
    return new SubmitOptions(
        submittedBy,
        priority,
        itemId,
        null,
        Objects.requireNonNull(runAt, "runAt"),
        startWithin,
        startBefore,
        headers);
  }

  /**
   * A copy whose job is cancelled if its first attempt has not started this long after the job is
   * due, by the database's clock, in place of the type's {@code startWithin}. It replaces {@link
   * #withStartBefore}. An attempt starts when a worker claims the job.
   *
   * @throws IllegalArgumentException if the time is shorter than 1 ms or longer than 36,500 days
   */
  public SubmitOptions withStartWithin(Duration startWithin) {
    return new SubmitOptions(
        submittedBy,
        priority,
        itemId,
        delay,
        runAt,
        Delays.checkedStart(startWithin),
        null,
        headers);
  }

  /**
   * A copy whose job is cancelled if its first attempt has not started by this time, by the
   * database's clock, in place of the type's {@code startWithin}. It replaces {@link
   * #withStartWithin}. An attempt starts when a worker claims the job; a job that is submitted
   * after that time never starts.
   */
  public SubmitOptions withStartBefore(Instant startBefore) {
    return new SubmitOptions(
        submittedBy,
        priority,
        itemId,
        delay,
        runAt,
        null,
        Objects.requireNonNull(startBefore, "startBefore"),
        headers);
  }

  /**
   * A copy with this header, in place of an earlier value. Jobs can be found by their headers, and
   * their handlers read them with {@link JobContext#header}.
   *
   * @throws IllegalArgumentException if the value is too long or has a control character, or if
   *     there would be too many headers: see {@link Headers#with}
   */
  public <T> SubmitOptions withHeader(Header<T> header, T value) {
    return withHeaders(headers.with(header, value));
  }

  /** A copy with these headers, in place of all earlier ones. */
  public SubmitOptions withHeaders(Headers headers) {
    return new SubmitOptions(
        submittedBy,
        priority,
        itemId,
        delay,
        runAt,
        startWithin,
        startBefore,
        Objects.requireNonNull(headers, "headers"));
  }

  /** The submitter; empty for the runtime's default. */
  public Optional<String> submittedBy() {
    return Optional.ofNullable(submittedBy);
  }

  /** The priority; empty for that of the type. */
  public Optional<JobPriority> priority() {
    return Optional.ofNullable(priority);
  }

  /** The item that the job belongs to; empty if there is none. */
  public Optional<String> itemId() {
    return Optional.ofNullable(itemId);
  }

  /** The delay between the submission and the time when the job is due; empty if there is none. */
  public Optional<Duration> delay() {
    return Optional.ofNullable(delay);
  }

  /** The time when the job is due; empty if it is due immediately or after a delay. */
  public Optional<Instant> runAt() {
    return Optional.ofNullable(runAt);
  }

  /**
   * The time that the job must start within, from when it is due; empty for that of its type, or
   * for {@link #startBefore()}.
   */
  public Optional<Duration> startWithin() {
    return Optional.ofNullable(startWithin);
  }

  /** The time that the job must start before; empty if there is none. */
  public Optional<Instant> startBefore() {
    return Optional.ofNullable(startBefore);
  }

  /** The headers. */
  public Headers headers() {
    return headers;
  }
}
