package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.Optional;

/**
 * When jobs of a type are submitted by themselves, as {@code @JobType} says it. The attributes are
 * as written and may be wrong.
 *
 * @param cron the cron expression; empty if there is none
 * @param fixedDelay how long after the end of one run the next is due; empty if it is by cron
 * @param zone its time zone
 * @param overlap the name of what happens to runs that would overlap
 * @param catchUp how late a run may start that was missed
 * @param jitter how much later than the expression says a job may be due
 */
public record ScheduleDeclaration(
    Attribute<String> cron,
    Attribute<String> fixedDelay,
    Attribute<String> zone,
    Attribute<String> overlap,
    Attribute<String> catchUp,
    Attribute<String> jitter) {

  /** Whether there is a schedule. */
  public boolean isSet() {
    return cron.explicit() || fixedDelay.explicit();
  }

  /** The attribute that says when. There is a schedule. */
  public Attribute<String> when() {
    return cron.explicit() ? cron : fixedDelay;
  }

  /** The name of that attribute. */
  public String whenName() {
    return cron.explicit() ? "cron" : "fixedDelay";
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
