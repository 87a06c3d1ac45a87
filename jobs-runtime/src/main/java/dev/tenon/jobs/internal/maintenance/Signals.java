package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.store.SignalStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import java.time.Duration;

/**
 * Wakes the jobs that wait for signals whose senders could not do that: a signal was sent in a
 * transaction of a caller, or by a program that only speaks SQL, or its sender died after the
 * commit.
 */
final class Signals implements MaintenanceTask {

  private static final int BATCH = 5_000;

  private final SignalStore store;
  private final DueCheck due;
  private final Notifications notices;

  Signals(SignalStore store, DueCheck due, Notifications notices) {
    this.store = store;
    this.due = due;
    this.notices = notices;
  }

  @Override
  public String name() {
    return "signals";
  }

  @Override
  public Duration interval() {
    return Duration.ofMillis(500);
  }

  @Override
  public Round run(Leadership leadership) {
    if (due.hasSignals()) {
      StartableJobs woken = store.sweep(BATCH);
      if (!woken.isNothing()) {
        notices.committed(woken.pointers(), woken.othersMayWait());
      }
    }
    return Round.DONE;
  }
}
