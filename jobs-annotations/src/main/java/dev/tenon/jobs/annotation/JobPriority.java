package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/**
 * The urgency of a job among the jobs of its queue. Jobs with a higher priority are delivered
 * first; jobs with the same priority are delivered in the order that they became due.
 *
 * <p>No job waits forever behind more urgent ones. Workers that take jobs from the table count each
 * level of priority as ten minutes: a {@link #LOW} job comes before a {@link #HIGH} one that became
 * due more than twenty minutes later. In RabbitMQ, whose priorities are strict, the jobs that have
 * been in a queue for more than ten minutes are sent again with the highest priority: the oldest
 * hundred every ten seconds, and the next ones only when these have been started.
 */
public enum JobPriority {
  /** Work that may wait behind everything else. */
  LOW(0),
  /** The default. */
  NORMAL(1),
  /** Work that somebody is waiting for. */
  HIGH(2),
  /** Work that must overtake everything else. */
  CRITICAL(3);

  private final int level;
  private final String code = name().toLowerCase(Locale.ROOT);

  JobPriority(int level) {
    this.level = level;
  }

  /** The number that stands for this priority in messages and in the database: 0 (low) to 3. */
  public int level() {
    return level;
  }

  /** The priority as it is shown, such as {@code normal}. */
  public String code() {
    return code;
  }

  /**
   * The priority with the given code.
   *
   * @throws IllegalArgumentException if there is no such priority
   */
  public static JobPriority ofCode(String code) {
    return Codes.find(values(), JobPriority::code, code);
  }

  /**
   * The priority with the given level.
   *
   * @param level 0 to 3
   * @throws IllegalArgumentException if no priority has that level
   */
  public static JobPriority ofLevel(int level) {
    for (JobPriority priority : values()) {
      if (priority.level == level) {
        return priority;
      }
    }
    throw new IllegalArgumentException(
        "There is no job priority with level "
            + level
            + "; levels run from 0 (LOW) to 3 (CRITICAL).");
  }
}
