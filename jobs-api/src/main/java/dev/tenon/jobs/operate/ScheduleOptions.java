package dev.tenon.jobs.operate;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options of a schedule. Immutable; each method returns a changed copy: {@code
 * ScheduleOptions.defaults().withOverlap(OverlapPolicy.ALLOW).withItemId("shop-7")}. With a fixed
 * delay only priority, item, headers and end apply: its runs neither overlap nor are missed.
 */
public final class ScheduleOptions {

  private static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private static final Instant MIN_UNTIL = Instant.EPOCH;
  private static final Instant MAX_UNTIL = Instant.parse("9999-12-31T23:59:59Z");

  private static final ScheduleOptions DEFAULTS =
      new ScheduleOptions(
          OverlapPolicy.SKIP,
          CronSchedule.DEFAULT_CATCH_UP,
          Duration.ZERO,
          null,
          null,
          null,
          Headers.none());

  private final OverlapPolicy overlap;
  private final Duration catchUp;
  private final Duration jitter;
  private final @Nullable JobPriority priority;
  private final @Nullable String itemId;
  private final @Nullable Instant until;
  private final Headers headers;

  private ScheduleOptions(
      OverlapPolicy overlap,
      Duration catchUp,
      Duration jitter,
      @Nullable JobPriority priority,
      @Nullable String itemId,
      @Nullable Instant until,
      Headers headers) {
    this.overlap = Objects.requireNonNull(overlap, "overlap");
    this.catchUp = checked("catch-up window", catchUp);
    this.jitter = checked("jitter", jitter);
    this.priority = priority;
    this.itemId = itemId;
    this.until = until;
    this.headers = headers;
  }

  private static Duration checked(String what, Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "The %s is %s; it must be from 0 to %,d days."
              .formatted(what, duration, MAX_DURATION.toDays()));
    }
    return duration;
  }

  /**
   * The defaults: runs that would overlap are skipped, missed runs are caught up within an hour,
   * and there is no jitter. The jobs have the priority of their type and belong to no item.
   */
  public static ScheduleOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with this policy for runs that would overlap. */
  public ScheduleOptions withOverlap(OverlapPolicy overlap) {
    return new ScheduleOptions(overlap, catchUp, jitter, priority, itemId, until, headers);
  }

  /**
   * A copy with this catch-up window: how late a run may be submitted that was missed because no
   * process was running to submit it. A run that is less than a minute late always counts as on
   * time.
   *
   * @throws IllegalArgumentException if it is negative or longer than 36,500 days
   */
  public ScheduleOptions withCatchUp(Duration catchUp) {
    return new ScheduleOptions(overlap, catchUp, jitter, priority, itemId, until, headers);
  }

  /**
   * A copy whose jobs are due up to this much later than the cron expression says. How much later
   * depends on the name of the schedule and the time of the run, and is the same in all processes.
   *
   * @throws IllegalArgumentException if it is negative or longer than 36,500 days
   */
  public ScheduleOptions withJitter(Duration jitter) {
    return new ScheduleOptions(overlap, catchUp, jitter, priority, itemId, until, headers);
  }

  /** A copy whose jobs have this priority in place of the type's. */
  public ScheduleOptions withPriority(JobPriority priority) {
    return new ScheduleOptions(
        overlap,
        catchUp,
        jitter,
        Objects.requireNonNull(priority, "priority"),
        itemId,
        until,
        headers);
  }

  /** A copy whose jobs belong to this item. */
  public ScheduleOptions withItemId(String itemId) {
    return new ScheduleOptions(
        overlap,
        catchUp,
        jitter,
        priority,
        Objects.requireNonNull(itemId, "itemId"),
        until,
        headers);
  }

  /**
   * A copy with this end: the schedule has no runs at this time or later. Jobs that were submitted
   * before are not affected. Fractions of a millisecond are cut off.
   *
   * @throws IllegalArgumentException if it is not in the years 1970 to 9999
   */
  public ScheduleOptions withUntil(Instant until) {
    if (until.isBefore(MIN_UNTIL) || until.isAfter(MAX_UNTIL)) {
      throw new IllegalArgumentException(
          "The end of the schedule is %s; it must be in the years 1970 to 9999.".formatted(until));
    }
    return new ScheduleOptions(
        overlap, catchUp, jitter, priority, itemId, until.truncatedTo(ChronoUnit.MILLIS), headers);
  }

  /**
   * A copy whose jobs have this header, in place of an earlier value.
   *
   * @throws IllegalArgumentException as {@link Headers#with} does
   */
  public <T> ScheduleOptions withHeader(Header<T> header, T value) {
    return withHeaders(headers.with(header, value));
  }

  /** A copy whose jobs have these headers, in place of all earlier ones. */
  public ScheduleOptions withHeaders(Headers headers) {
    return new ScheduleOptions(
        overlap,
        catchUp,
        jitter,
        priority,
        itemId,
        until,
        Objects.requireNonNull(headers, "headers"));
  }

  /** The policy for a run that is due while an earlier one has not ended. */
  public OverlapPolicy overlap() {
    return overlap;
  }

  /** The catch-up window: how late a missed run may be submitted. */
  public Duration catchUp() {
    return catchUp;
  }

  /** The jitter: how much later than the cron expression says a job may be due. */
  public Duration jitter() {
    return jitter;
  }

  /** The priority of the jobs; empty for that of their type. */
  public Optional<JobPriority> priority() {
    return Optional.ofNullable(priority);
  }

  /** The item that the jobs belong to; empty if there is none. */
  public Optional<String> itemId() {
    return Optional.ofNullable(itemId);
  }

  /** The end of the schedule: it has no runs at that time or later; empty if it does not end. */
  public Optional<Instant> until() {
    return Optional.ofNullable(until);
  }

  /** The headers of the jobs. */
  public Headers headers() {
    return headers;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScheduleOptions that
        && overlap == that.overlap
        && catchUp.equals(that.catchUp)
        && jitter.equals(that.jitter)
        && priority == that.priority
        && Objects.equals(itemId, that.itemId)
        && Objects.equals(until, that.until)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(overlap, catchUp, jitter, priority, itemId, until, headers);
  }

  @Override
  public String toString() {
    return "ScheduleOptions[overlap=%s, catchUp=%s, jitter=%s, priority=%s, itemId=%s, until=%s, headers=%s]"
        .formatted(overlap, catchUp, jitter, priority, itemId, until, headers);
  }
}
