package dev.tenon.jobs.definition;

/**
 * When jobs of a type are submitted by themselves, as the type declares it. Immutable.
 *
 * @param <P> the payload record
 */
public sealed interface DeclaredSchedule<P> permits CronSchedule, FixedDelaySchedule {

  /** Makes the payload of its jobs. */
  P payload();
}
