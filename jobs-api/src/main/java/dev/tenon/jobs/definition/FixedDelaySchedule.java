package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Jobs of a type are submitted automatically one after another, each some time after the end of the
 * one before. Immutable.
 *
 * @param <P> the payload record
 */
public final class FixedDelaySchedule<P> implements DeclaredSchedule<P> {

  private final String name;
  private final Duration delay;
  private final Supplier<? extends P> payload;

  private FixedDelaySchedule(String name, Duration delay, Supplier<? extends P> payload) {
    this.name = Objects.requireNonNull(name, "name");
    this.delay = Objects.requireNonNull(delay, "delay");
    this.payload = Objects.requireNonNull(payload, "payload");
  }

  /**
   * A schedule.
   *
   * @param delay how long after the end of one run the next is due: 1 second to 365 days, which the
   *     annotation processor has checked
   * @param payload makes the payload of its jobs, once at each start of an application
   */
  public static <P> FixedDelaySchedule<P> of(Duration delay, Supplier<? extends P> payload) {
    return new FixedDelaySchedule<>("", delay, payload);
  }

  /** A copy with this name among the schedules of its type. */
  public FixedDelaySchedule<P> withName(String name) {
    return new FixedDelaySchedule<>(name, delay, payload);
  }

  @Override
  public String name() {
    return name;
  }

  /** How long after the end of one run the next is due. */
  public Duration delay() {
    return delay;
  }

  @Override
  public P payload() {
    return payload.get();
  }
}
