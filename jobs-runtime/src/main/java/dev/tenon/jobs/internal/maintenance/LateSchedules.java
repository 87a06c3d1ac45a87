package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.schedule.ScheduleTimes;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore.Planned;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.operate.Timing.Cron;
import dev.tenon.jobs.operate.Timing.FixedDelay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds schedules whose next run is later than their timing says, and brings it forward. That comes
 * of a database whose clock was ahead for a while: what ran then has moved its schedule on to the
 * time after. For one thread.
 */
final class LateSchedules {

  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /**
   * A clock that is put back by less makes no run much too late. What has run already would be
   * found again, though it would not run twice.
   */
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  private final ScheduledRunStore store;
  private final Deque<Planned> toDo = new ArrayDeque<>();
  private boolean hasLooked;
  private long lookedNanos;

  LateSchedules(ScheduledRunStore store) {
    this.store = store;
  }

  /**
   * Looks at all schedules, if it is time to.
   *
   * @param end until when, by {@link System#nanoTime()}
   * @return whether there are others to look at
   */
  boolean bringForwardIfDue(Leadership leadership, long end) {
    if (toDo.isEmpty()) {
      long now = System.nanoTime();
      if (hasLooked && now - lookedNanos < INTERVAL.toNanos()) {
        return false;
      }
      hasLooked = true;
      lookedNanos = now;
      toDo.addAll(store.planned());
    }
    while (!toDo.isEmpty() && System.nanoTime() < end) {
      bringForwardIfLate(leadership, toDo.remove());
    }
    return !toDo.isEmpty();
  }

  /** The first run after a time; the latest that there can be, if it is counted from an end. */
  private static Instant next(Timing timing, Instant after) {
    return timing instanceof Cron cron
        ? ScheduleTimes.next(cron, after)
        : after.plus(((FixedDelay) timing).delay());
  }

  private static String described(Timing timing) {
    return timing instanceof Cron cron
        ? "expression '" + LogText.escape(cron.expression()) + "'"
        : "delay of " + ((FixedDelay) timing).delay().toSeconds() + " s";
  }

  private void bringForwardIfLate(Leadership leadership, Planned planned) {
    Instant next;
    Instant latest;
    try {
      next = next(planned.timing(), planned.now());
      latest = next(planned.timing(), planned.now().plus(TOLERANCE));
    } catch (IllegalArgumentException e) {
      // The schedule says so itself when it is due
      return;
    }
    if (!planned.nextRunAt().isAfter(latest)) {
      return;
    }
    try {
      if (store.bringForward(leadership, planned, next)) {
        LOG.warn(
            "The next run of schedule '{}' was planned for {}, but by its {} it is at {}. The clock of the"
                + " database was probably ahead for a while. The run takes place at {}.",
            LogText.escape(planned.name()),
            planned.nextRunAt(),
            described(planned.timing()),
            next,
            next);
      }
    } catch (StoreUnavailableException e) {
      if (!e.isHeldByOthers()) {
        throw e;
      }
      LOG.debug(
          "Another transaction holds the schedule '{}'; it is looked at again.",
          LogText.escape(planned.name()));
    }
  }
}
