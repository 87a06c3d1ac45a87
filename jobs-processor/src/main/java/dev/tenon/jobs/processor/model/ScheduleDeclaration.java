package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A schedule that submits jobs of a type automatically, as {@code @Schedule} declares it. The
 * attributes are as written and may be wrong.
 *
 * @param position the annotation
 * @param name the name among the schedules of the type; empty for that of the type
 * @param cron the cron expression; empty if there is none
 * @param fixedDelay how long after the end of one run the next is due; empty if the schedule uses
 *     cron
 * @param zone its time zone
 * @param overlap the name of the policy for runs that would overlap
 * @param catchUp how late a missed run may start
 * @param jitter how much later than the expression says a job may be due
 * @param payload the name of the static method that makes the payload; empty for the constructor
 * @param until the end of the schedule; empty if there is none
 */
public record ScheduleDeclaration(
    SourcePosition position,
    Attribute<String> name,
    Attribute<String> cron,
    Attribute<String> fixedDelay,
    Attribute<String> zone,
    Attribute<String> overlap,
    Attribute<String> catchUp,
    Attribute<String> jitter,
    Attribute<String> payload,
    Attribute<String> until) {

  private static final Instant MIN_UNTIL = Instant.EPOCH;
  private static final Instant MAX_UNTIL = Instant.parse("9999-12-31T23:59:59Z");

  /** Returns whether the schedule says when jobs are submitted. */
  public boolean isSet() {
    return cron.explicit() || fixedDelay.explicit();
  }

  /** The fixed delay; empty if the source has none, or not a valid duration. */
  public Optional<Duration> fixedDelayDuration() {
    return fixedDelay.explicit() ? Durations.parse(fixedDelay.value()) : Optional.empty();
  }

  /** The end; empty if the source has none, or not a valid time. */
  public Optional<Instant> untilTime() {
    if (!until.explicit()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(until.value()).toInstant())
          .filter(time -> !time.isBefore(MIN_UNTIL) && !time.isAfter(MAX_UNTIL));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The catch-up window; empty if the source does not have a valid duration. */
  public Optional<Duration> catchUpDuration() {
    return Durations.parse(catchUp.value());
  }

  /** The jitter; empty if the source does not have a valid duration, or has zero. */
  public Optional<Duration> jitterDuration() {
    return Durations.parse(jitter.value()).filter(duration -> !duration.isZero());
  }
}
