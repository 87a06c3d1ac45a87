package dev.tenon.jobs.definition;

import dev.tenon.jobs.annotation.OverlapPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that submits jobs of a type at the times of a cron expression. Immutable; each method
 * returns a changed copy.
 *
 * @param <P> the payload record
 */
public final class CronSchedule<P> implements DeclaredSchedule<P> {

  /** The catch-up window of a schedule that does not set it. */
  public static final Duration DEFAULT_CATCH_UP = Duration.ofHours(1);

  private static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private final String name;
  private final String cron;
  private final ZoneId zone;
  private final Supplier<? extends P> payload;
  private final OverlapPolicy overlap;
  private final Duration catchUp;
  private final Duration jitter;
  private final @Nullable Instant until;

  private CronSchedule(
      String name,
      String cron,
      ZoneId zone,
      Supplier<? extends P> payload,
      OverlapPolicy overlap,
      Duration catchUp,
      Duration jitter,
      @Nullable Instant until) {
    this.name = Objects.requireNonNull(name, "name");
    this.cron = Objects.requireNonNull(cron, "cron");
    this.zone = Objects.requireNonNull(zone, "zone");
    this.payload = Objects.requireNonNull(payload, "payload");
    this.overlap = Objects.requireNonNull(overlap, "overlap");
    this.catchUp = checked("catch-up window", catchUp);
    this.jitter = checked("jitter", jitter);
    this.until = until;
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
   * A schedule.
   *
   * @param cron a cron expression with five or six fields, which the annotation processor has
   *     checked
   * @param zone its time zone
   * @param payload makes the payload of its jobs; called once at each start of an application
   */
  public static <P> CronSchedule<P> of(String cron, ZoneId zone, Supplier<? extends P> payload) {
    return new CronSchedule<>(
        "", cron, zone, payload, OverlapPolicy.SKIP, DEFAULT_CATCH_UP, Duration.ZERO, null);
  }

  /** A copy with this name, which is unique among the schedules of the type. */
  public CronSchedule<P> withName(String name) {
    return new CronSchedule<>(name, cron, zone, payload, overlap, catchUp, jitter, until);
  }

  /** A copy with this policy for runs that would overlap. */
  public CronSchedule<P> withOverlap(OverlapPolicy overlap) {
    return new CronSchedule<>(name, cron, zone, payload, overlap, catchUp, jitter, until);
  }

  /**
   * A copy with this catch-up window.
   *
   * @throws IllegalArgumentException if it is negative or longer than 36,500 days
   */
  public CronSchedule<P> withCatchUp(Duration catchUp) {
    return new CronSchedule<>(name, cron, zone, payload, overlap, catchUp, jitter, until);
  }

  /**
   * A copy whose jobs are due up to this much later than the expression says. How much later
   * depends on the name of the schedule and the time of the run.
   *
   * @throws IllegalArgumentException if it is negative or longer than 36,500 days
   */
  public CronSchedule<P> withJitter(Duration jitter) {
    return new CronSchedule<>(name, cron, zone, payload, overlap, catchUp, jitter, until);
  }

  /** A copy without runs at this time or later. */
  public CronSchedule<P> withUntil(Instant until) {
    return new CronSchedule<>(
        name,
        cron,
        zone,
        payload,
        overlap,
        catchUp,
        jitter,
        Objects.requireNonNull(until, "until"));
  }

  @Override
  public String name() {
    return name;
  }

  /** The cron expression. */
  public String cron() {
    return cron;
  }

  /** Its time zone. */
  public ZoneId zone() {
    return zone;
  }

  @Override
  public P payload() {
    return payload.get();
  }

  @Override
  public Optional<Instant> until() {
    return Optional.ofNullable(until);
  }

  /** The policy for a run that is due while an earlier one has not ended. */
  public OverlapPolicy overlap() {
    return overlap;
  }

  /** The catch-up window: how late a missed run may start. */
  public Duration catchUp() {
    return catchUp;
  }

  /** The jitter: how much later than the expression says a job may be due. */
  public Duration jitter() {
    return jitter;
  }
}
