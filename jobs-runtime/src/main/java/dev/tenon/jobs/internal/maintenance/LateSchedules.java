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
 * Finds schedules whose next run is later than their timing says, and brings it forward. This
 * happens if the clock of the database was ahead for a while: runs in that time have moved their
 * schedules on to later times. For one thread.
 */
final class LateSchedules {

  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /**
   * The minimum delay that is corrected. A clock that is set back by less does not delay runs by
   * much. With a smaller minimum, runs that have already taken place would be found again, though
   * they would not run twice.
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
   * Checks all schedules, if it is time to.
   *
   * @param end the time to stop, by {@link System#nanoTime()}
   * @return whether schedules are left to check
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

  /**
   * Returns the first run after a time; or the latest possible one, if it is counted from the end
   * of a run.
   */
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
      // The schedule reports that when it is due
      return;
    }
    if (!planned.nextRunAt().isAfter(latest)) {
      return;
    }
    try {
      if (store.bringForward(leadership, planned, next)) {
        LOG.warn(
            "The next run of schedule '{}' was planned for {}, but its {} says {}. The clock of the"
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
          "Another transaction holds the schedule '{}'; it is checked again later.",
          LogText.escape(planned.name()));
    }
  }
}
