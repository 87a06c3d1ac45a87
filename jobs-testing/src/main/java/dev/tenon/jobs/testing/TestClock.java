package dev.tenon.jobs.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A clock that stands still until a test turns it forward. Handlers that take a {@link Clock} can
 * be given the same one. A handler, or a fake that it calls, may turn the clock forward to say how
 * long its work takes: once the deadline of the attempt is reached, the handler is asked to stop.
 * Thread-safe.
 */
public final class TestClock extends Clock {

  private final State state;
  private final ZoneId zone;

  /** The time that clocks of all time zones share. */
  private static final class State {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Instant now;

    State(Instant now) {
      this.now = now;
    }

    synchronized Instant now() {
      return now;
    }

    void advance(Duration duration) {
      synchronized (this) {
        now = now.plus(duration);
      }
      listeners.forEach(Runnable::run);
    }

    void advanceTo(Instant time) {
      synchronized (this) {
        if (time.isBefore(now)) {
          throw new IllegalArgumentException(
              "The clock is at %s; it cannot be turned back to %s.".formatted(now, time));
        }
        now = time;
      }
      listeners.forEach(Runnable::run);
    }
  }

  private TestClock(State state, ZoneId zone) {
    this.state = state;
    this.zone = zone;
  }

  /** A clock that begins at the present time, in UTC. */
  public static TestClock startingNow() {
    return at(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /** A clock that begins at this time, in UTC. */
  public static TestClock at(Instant start) {
    return new TestClock(new State(Objects.requireNonNull(start, "start")), ZoneOffset.UTC);
  }

  /**
   * Turns the clock forward. Jobs that become due are not run by that: {@link InMemoryJobs#advance}
   * does both.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "The clock cannot be turned back; the duration is " + duration + ".");
    }
    state.advance(duration);
  }

  /**
   * Turns the clock forward to a time.
   *
   * @throws IllegalArgumentException if the clock is past that time
   */
  public void advanceTo(Instant time) {
    state.advanceTo(time);
  }

  /** Has something done each time that the clock was turned. */
  void onAdvance(Runnable listener) {
    state.listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    state.listeners.remove(listener);
  }

  @Override
  public Instant instant() {
    return state.now();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock in another time zone: turning one turns the other. */
  @Override
  public TestClock withZone(ZoneId zone) {
    return new TestClock(state, Objects.requireNonNull(zone, "zone"));
  }

  @Override
  public String toString() {
    return "TestClock[" + instant() + ", " + zone + "]";
  }
}
