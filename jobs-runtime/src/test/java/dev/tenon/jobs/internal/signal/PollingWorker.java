package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.jobs.internal.store.PollStore.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A worker that does what its schedule says, without a thread, by a clock that stands. */
final class PollingWorker {

  /** So that the clock overflows soon. */
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  boolean hears = true;
  boolean runs;

  /** What finds something each time, and what the table answers. */
  final Set<ClaimSource> finds = EnumSet.noneOf(ClaimSource.class);

  LimitedTypes limitedTypes = LimitedTypes.NONE;
  Optional<Duration> untilDue = Optional.empty();
  boolean othersAsk;

  final PollSchedule schedule;

  PollingWorker(boolean hasBroker, boolean declaresLimits) {
    this.schedule =
        new PollSchedule(
            hasBroker, declaresLimits, Set.of("a", "b"), () -> hears, () -> runs, () -> nanos);
  }

  static PollingWorker withoutRabbit() {
    return new PollingWorker(false, false);
  }

  static PollingWorker withRabbit() {
    return new PollingWorker(true, false);
  }

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** Looks at one thing that is due. */
  Optional<ClaimSource> poll() {
    Optional<ClaimSource> due = schedule.next();
    due.ifPresent(this::report);
    return due;
  }

  private void report(ClaimSource source) {
    switch (source) {
      case WAITING -> schedule.answered(othersAsk ? Optional.empty() : Optional.of(answer()));
      case LIMITED_TYPES -> schedule.limitedTypes(limitedTypes);
      case LIMITED ->
          schedule
              .limited()
              .startable()
              .forEach(
                  type -> {
                    schedule.limited().claims(type);
                    schedule.limited().claimed(type, 1, !finds.contains(source));
                  });
      case PAUSED_TYPES, MESSAGES, TABLE -> {}
    }
    schedule.polled(source, finds.contains(source));
  }

  private SharedAnswer.Answer answer() {
    return new SharedAnswer.Answer(new Waiting(limitedTypes, untilDue.orElse(null)), nanos, nanos);
  }

  /** Looks at all that is due, up to some more than there is. */
  List<ClaimSource> polls() {
    List<ClaimSource> polls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Optional<ClaimSource> source = poll();
      if (source.isEmpty()) {
        return polls;
      }
      polls.add(source.get());
    }
    throw new AssertionError("It looks again and again: " + polls);
  }

  /**
   * What is looked at within a time in which nothing happens, by a worker that waits in between.
   */
  List<ClaimSource> pollsWithin(Duration time) {
    List<ClaimSource> polls = new ArrayList<>();
    long end = nanos + time.toNanos();
    while (true) {
      polls.addAll(polls());
      long until = schedule.untilNext().toNanos();
      if (until > end - nanos) {
        nanos = end;
        return polls;
      }
      nanos += until;
    }
  }

  /** Lets it look until nothing more happens. */
  PollingWorker idle() {
    List<ClaimSource> unused = pollsWithin(PollSchedule.REST.plusMillis(1));
    return this;
  }
}
