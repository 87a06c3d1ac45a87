package dev.tenon.jobs.definition;

import java.time.Instant;
import java.util.Optional;

/**
 * A schedule that a job type declares: its jobs are submitted automatically. Immutable.
 *
 * @param <P> the payload record
 */
public sealed interface DeclaredSchedule<P> permits CronSchedule, FixedDelaySchedule {

  /**
   * The name among the schedules of the type; empty for the schedule that is named like the type.
   */
  String name();

  /**
   * The name of the schedule in {@link dev.tenon.jobs.operate.JobSchedules}: the name of the type
   * and, if the schedule has its own name, a colon and that name, such as {@code
   * stock.count:nightly}.
   *
   * @param type the name of the type
   */
  default String fullName(String type) {
    return name().isEmpty() ? type : type + ":" + name();
  }

  /** Makes the payload of its jobs. */
  P payload();

  /** The end of the schedule: it has no runs at that time or later; empty if it does not end. */
  Optional<Instant> until();
}
