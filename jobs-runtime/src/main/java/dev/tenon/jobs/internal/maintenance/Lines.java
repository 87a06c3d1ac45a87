package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.store.LineStore;
import java.time.Duration;

/**
 * Opens the next jobs of lines where nobody else has done it: a worker died after it had recorded
 * the end of a job, somebody had locked the next one, or a program that only speaks SQL has ended
 * one.
 */
final class Lines implements MaintenanceTask {

  private final LineStore store;
  private final DueCheck due;
  private final Notifications notices;

  /** The note that the next part begins after. */
  private long after;

  Lines(LineStore store, DueCheck due, Notifications notices) {
    this.store = store;
    this.due = due;
    this.notices = notices;
  }

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public Duration interval() {
    return Duration.ofMillis(500);
  }

  @Override
  public Round run(Leadership leadership) {
    if (!due.hasLines()) {
      after = 0;
      return Round.DONE;
    }
    LineStore.Advanced advanced = store.advance(after);
    // Lines that others are busy with stay noted: the next part comes after them
    after = advanced.lastNote();
    if (!advanced.startable().isNothing()) {
      notices.committed(advanced.startable().pointers(), advanced.startable().othersMayWait());
    }
    return Round.of(advanced.hasMore());
  }
}
