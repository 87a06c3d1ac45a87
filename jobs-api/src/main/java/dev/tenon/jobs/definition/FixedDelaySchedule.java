package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A schedule that submits jobs of a type one after another, each with a delay after the end of the
 * previous one. Immutable.
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
   * @param delay the time between the end of one run and the next: 1 second to 365 days, which the
   *     annotation processor has checked
   * @param payload makes the payload of its jobs; called once at each start of an application
   */
  public static <P> FixedDelaySchedule<P> of(Duration delay, Supplier<? extends P> payload) {
    return new FixedDelaySchedule<>("", delay, payload);
  }

  /** A copy with this name, which is unique among the schedules of the type. */
  public FixedDelaySchedule<P> withName(String name) {
    return new FixedDelaySchedule<>(name, delay, payload);
  }

  @Override
  public String name() {
    return name;
  }

  /** The time between the end of one run and the next. */
  public Duration delay() {
    return delay;
  }

  @Override
  public P payload() {
    return payload.get();
  }
}
