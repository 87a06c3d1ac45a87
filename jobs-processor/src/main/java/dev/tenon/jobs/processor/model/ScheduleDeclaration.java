package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.Optional;

/**
 * When jobs of a type are submitted by themselves, as {@code @JobType} says it. The attributes are
 * as written and may be wrong.
 *
 * @param cron the cron expression; empty for never
 * @param zone its time zone
 * @param overlap the name of what happens to runs that would overlap
 * @param catchUp how late a run may start that was missed
 * @param jitter how much later than the expression says a job may be due
 */
public record ScheduleDeclaration(
    Attribute<String> cron,
    Attribute<String> zone,
    Attribute<String> overlap,
    Attribute<String> catchUp,
    Attribute<String> jitter) {

  /** Whether there is a schedule. */
  public boolean isSet() {
    return cron.explicit();
  }

  /** The catch-up window; empty where what is written is no duration. */
  public Optional<Duration> catchUpDuration() {
    return Durations.parse(catchUp.value());
  }

  /** The jitter; empty if what is written is not a duration, or is zero. */
  public Optional<Duration> jitterDuration() {
    return Durations.parse(jitter.value()).filter(duration -> !duration.isZero());
  }
}
