package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.Optional;

/**
 * When jobs of a type are submitted automatically, as a {@code @Schedule} says it. The attributes
 * are as written and may be wrong.
 *
 * @param position the annotation
 * @param name the name among the schedules of the type; empty for that of the type
 * @param cron the cron expression; empty if there is none
 * @param fixedDelay how long after the end of one run the next is due; empty if it is by cron
 * @param zone its time zone
 * @param overlap the name of what happens to runs that would overlap
 * @param catchUp how late a run may start that was missed
 * @param jitter how much later than the expression says a job may be due
 */
public record ScheduleDeclaration(
    SourcePosition position,
    Attribute<String> name,
    Attribute<String> cron,
    Attribute<String> fixedDelay,
    Attribute<String> zone,
    Attribute<String> overlap,
    Attribute<String> catchUp,
    Attribute<String> jitter) {

  /** Whether it says when jobs are submitted. */
  public boolean isSet() {
    return cron.explicit() || fixedDelay.explicit();
  }

  /** The fixed delay; empty if there is none, or what is written is not a duration. */
  public Optional<Duration> fixedDelayDuration() {
    return fixedDelay.explicit() ? Durations.parse(fixedDelay.value()) : Optional.empty();
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
