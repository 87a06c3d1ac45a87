package dev.tenon.jobs.operate;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;

/**
 * The times of a schedule's runs: those of a cron expression, or one run after another with a delay
 * between them. Immutable.
 */
public sealed interface Timing {

  /**
   * Runs at the times of a cron expression.
   *
   * @param expression a cron expression with five or six fields, as in {@link
   *     dev.tenon.jobs.annotation.Schedule#cron()}; it is checked when a schedule is created with
   *     it
   * @param zone its time zone
   */
  static Timing cron(String expression, ZoneId zone) {
    return new Cron(expression, zone.getId());
  }

  /**
   * Runs that follow one another. The first one is due immediately, each further one when the delay
   * has passed since the previous one ended: completed, failed or cancelled.
   *
   * @param delay the time between the end of one run and the next: 1 second to 365 days; fractions
   *     of a millisecond are cut off
   * @throws IllegalArgumentException if the delay is too short or too long
   */
  static Timing fixedDelay(Duration delay) {
    return new FixedDelay(delay);
  }

  /**
   * Runs at the times of a cron expression.
   *
   * @param expression the cron expression, with five or six fields
   * @param zone the id of its time zone
   */
  record Cron(String expression, String zone) implements Timing {

    /** Checks that nothing is missing. */
    public Cron {
      Objects.requireNonNull(expression, "expression");
      Objects.requireNonNull(zone, "zone");
    }
  }

  /**
   * Runs one after another, with a delay between them.
   *
   * @param delay the time between the end of one run and the next; fractions of a millisecond are
   *     cut off
   */
  record FixedDelay(Duration delay) implements Timing {

    private static final Duration MIN_DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_DELAY = Duration.ofDays(365);

    /**
     * Runs one after another.
     *
     * @throws IllegalArgumentException if the delay is shorter than a second or longer than 365
     *     days
     */
    public FixedDelay {
      if (delay.compareTo(MIN_DELAY) < 0 || delay.compareTo(MAX_DELAY) > 0) {
        throw new IllegalArgumentException(
            "The fixed delay is %s; it must be from 1 second to %d days."
                .formatted(delay, MAX_DELAY.toDays()));
      }
      delay = Duration.ofMillis(delay.toMillis());
    }
  }
}
