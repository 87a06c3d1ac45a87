package dev.tenon.jobs.definition;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable Instant until;

  private FixedDelaySchedule(
      String name, Duration delay, Supplier<? extends P> payload, @Nullable Instant until) {
    this.name = Objects.requireNonNull(name, "name");
    this.delay = Objects.requireNonNull(delay, "delay");
    this.payload = Objects.requireNonNull(payload, "payload");
    this.until = until;
  }

  /**
   * A schedule.
   *
   * @param delay the time between the end of one run and the next: 1 second to 365 days, which the
   *     annotation processor has checked
   * @param payload makes the payload of its jobs; called once at each start of an application
   */
  public static <P> FixedDelaySchedule<P> of(Duration delay, Supplier<? extends P> payload) {
    return new FixedDelaySchedule<>("", delay, payload, null);
  }

  /** A copy with this name, which is unique among the schedules of the type. */
  public FixedDelaySchedule<P> withName(String name) {
    return new FixedDelaySchedule<>(name, delay, payload, until);
  }

  /** A copy without runs at this time or later. */
  public FixedDelaySchedule<P> withUntil(Instant until) {
    return new FixedDelaySchedule<>(name, delay, payload, Objects.requireNonNull(until, "until"));
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

  @Override
  public Optional<Instant> until() {
    return Optional.ofNullable(until);
  }
}
