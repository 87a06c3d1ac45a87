package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options of a job that is submitted. Immutable; each method returns a changed copy: {@code
 * SubmitOptions.defaults().withPriority(HIGH).withItemId("order-7")}.
 */
public final class SubmitOptions {

  private static final SubmitOptions DEFAULTS = new SubmitOptions(null, null, null, null);

  private final @Nullable JobPriority priority;
  private final @Nullable String itemId;
  private final @Nullable Duration delay;
  private final @Nullable Instant runAt;

  private SubmitOptions(
      @Nullable JobPriority priority,
      @Nullable String itemId,
      @Nullable Duration delay,
      @Nullable Instant runAt) {
    this.priority = priority;
    this.itemId = itemId;
    this.delay = delay;
    this.runAt = runAt;
  }

  /** The priority of the type, no item, due at once. */
  public static SubmitOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with this priority in place of the type's. */
  public SubmitOptions withPriority(JobPriority priority) {
    return new SubmitOptions(Objects.requireNonNull(priority, "priority"), itemId, delay, runAt);
  }

  /** A copy with the item that the job belongs to. Jobs can be listed by item. */
  public SubmitOptions withItemId(String itemId) {
    return new SubmitOptions(priority, Objects.requireNonNull(itemId, "itemId"), delay, runAt);
  }

  /**
   * A copy whose job is due this long after its submission, by the database's clock. It replaces
   * {@link #withRunAt}.
   *
   * @throws IllegalArgumentException if the delay is negative or longer than 100 years
   */
  public SubmitOptions withDelay(Duration delay) {
    return new SubmitOptions(priority, itemId, Delays.checked(delay), null);
  }

  /**
   * A copy whose job is due at this time, or at once if it is past. It replaces {@link #withDelay}.
   */
  public SubmitOptions withRunAt(Instant runAt) {
    return new SubmitOptions(priority, itemId, null, Objects.requireNonNull(runAt, "runAt"));
  }

  /** The priority, if it is not the type's. */
  public Optional<JobPriority> priority() {
    return Optional.ofNullable(priority);
  }

  /** The item that the job belongs to. */
  public Optional<String> itemId() {
    return Optional.ofNullable(itemId);
  }

  /** How long after submission the job is due. */
  public Optional<Duration> delay() {
    return Optional.ofNullable(delay);
  }

  /** When the job is due. */
  public Optional<Instant> runAt() {
    return Optional.ofNullable(runAt);
  }
}
