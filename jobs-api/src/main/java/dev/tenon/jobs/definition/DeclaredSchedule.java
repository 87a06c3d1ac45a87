package dev.tenon.jobs.definition;

/**
 * When jobs of a type are submitted automatically, as the type declares it. Immutable.
 *
 * @param <P> the payload record
 */
public sealed interface DeclaredSchedule<P> permits CronSchedule, FixedDelaySchedule {

  /** The name among the schedules of the type; empty for one that is called like the type. */
  String name();

  /**
   * The name by which {@link dev.tenon.jobs.operate.JobSchedules} knows the schedule: that of the
   * type, and for one that has a name of its own a colon and that, such as {@code
   * stock.count:nightly}.
   *
   * @param type the name of the type
   */
  default String fullName(String type) {
    return name().isEmpty() ? type : type + ":" + name();
  }

  /** Makes the payload of its jobs. */
  P payload();
}
