package dev.tenon.jobs.definition;

import dev.tenon.jobs.annotation.OverlapPolicy;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * When jobs of a type are submitted by themselves. Immutable; each method returns a changed copy.
 *
 * @param <P> the payload record
 */
public final class CronSchedule<P> {

  /** How late a run may start unless the schedule says something else. */
  public static final Duration DEFAULT_CATCH_UP = Duration.ofHours(1);

  private final String cron;
  private final ZoneId zone;
  private final Supplier<? extends P> payload;
  private final OverlapPolicy overlap;
  private final Duration catchUp;

  private CronSchedule(
      String cron,
      ZoneId zone,
      Supplier<? extends P> payload,
      OverlapPolicy overlap,
      Duration catchUp) {
    this.cron = Objects.requireNonNull(cron, "cron");
    this.zone = Objects.requireNonNull(zone, "zone");
    this.payload = Objects.requireNonNull(payload, "payload");
    this.overlap = Objects.requireNonNull(overlap, "overlap");
    if (catchUp.isNegative()) {
      throw new IllegalArgumentException(
          "The catch-up window is " + catchUp + "; it must not be negative.");
    }
    this.catchUp = catchUp;
  }

  /**
   * A schedule.
   *
   * @param cron a cron expression with five fields, which the annotation processor has checked
   * @param zone its time zone
   * @param payload makes the payload of each run
   */
  public static <P> CronSchedule<P> of(String cron, ZoneId zone, Supplier<? extends P> payload) {
    return new CronSchedule<>(cron, zone, payload, OverlapPolicy.SKIP, DEFAULT_CATCH_UP);
  }

  /** A copy with this policy for runs that would overlap. */
  public CronSchedule<P> withOverlap(OverlapPolicy overlap) {
    return new CronSchedule<>(cron, zone, payload, overlap, catchUp);
  }

  /**
   * A copy with this catch-up window.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CronSchedule<P> withCatchUp(Duration catchUp) {
    return new CronSchedule<>(cron, zone, payload, overlap, catchUp);
  }

  /** The cron expression. */
  public String cron() {
    return cron;
  }

  /** Its time zone. */
  public ZoneId zone() {
    return zone;
  }

  /** Makes the payload of a run. */
  public P payload() {
    return payload.get();
  }

  /** What happens when it is time for a run and an earlier one has not ended. */
  public OverlapPolicy overlap() {
    return overlap;
  }

  /** How late a run may start that was missed. */
  public Duration catchUp() {
    return catchUp;
  }
}
