package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.jobs.internal.store.LookStore.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A worker that does what its schedule says, without a thread, by a clock that stands. */
final class Looking {

  /** So that the clock overflows soon. */
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  boolean hears = true;
  boolean runs;

  /** What finds something each time, and what the table answers. */
  final Set<Look> finds = EnumSet.noneOf(Look.class);

  LimitedTypes limitedTypes = LimitedTypes.NONE;
  Optional<Duration> untilDue = Optional.empty();
  boolean othersAsk;

  final LookSchedule schedule;

  Looking(boolean hasBroker, boolean declaresLimits) {
    this.schedule =
        new LookSchedule(
            hasBroker, declaresLimits, Set.of("a", "b"), () -> hears, () -> runs, () -> nanos);
  }

  static Looking withoutRabbit() {
    return new Looking(false, false);
  }

  static Looking withRabbit() {
    return new Looking(true, false);
  }

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** Looks at one thing that is due. */
  Optional<Look> look() {
    Optional<Look> due = schedule.next();
    due.ifPresent(this::report);
    return due;
  }

  private void report(Look look) {
    switch (look) {
      case WAITING -> schedule.answered(othersAsk ? Optional.empty() : Optional.of(answer()));
      case LIMITED_TYPES -> schedule.limitedTypes(limitedTypes);
      case LIMITED ->
          schedule
              .limited()
              .startable()
              .forEach(
                  type -> {
                    schedule.limited().claims(type);
                    schedule.limited().claimed(type, 1, !finds.contains(look));
                  });
      case PAUSED_TYPES, MESSAGES, TABLE -> {}
    }
    schedule.looked(look, finds.contains(look));
  }

  private SharedLook.Answer answer() {
    return new SharedLook.Answer(new Waiting(limitedTypes, untilDue.orElse(null)), nanos, nanos);
  }

  /** Looks at all that is due, up to some more than there is. */
  List<Look> looks() {
    List<Look> looks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Optional<Look> look = look();
      if (look.isEmpty()) {
        return looks;
      }
      looks.add(look.get());
    }
    throw new AssertionError("It looks again and again: " + looks);
  }

  /**
   * What is looked at within a time in which nothing happens, by a worker that waits in between.
   */
  List<Look> looksWithin(Duration time) {
    List<Look> looks = new ArrayList<>();
    long end = nanos + time.toNanos();
    while (true) {
      looks.addAll(looks());
      long until = schedule.untilNext().toNanos();
      if (until > end - nanos) {
        nanos = end;
        return looks;
      }
      nanos += until;
    }
  }

  /** Lets it look until nothing more happens. */
  Looking idle() {
    List<Look> unused = looksWithin(LookSchedule.REST.plusMillis(1));
    return this;
  }
}
