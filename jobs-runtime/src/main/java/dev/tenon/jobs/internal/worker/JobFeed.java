package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.signal.Look;
import dev.tenon.jobs.internal.signal.LookSchedule;
import dev.tenon.jobs.internal.signal.SharedLook;
import dev.tenon.jobs.internal.signal.SharedLooks;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker gets its jobs from: it looks at what its schedule says, when the schedule says so.
 * For the worker's claiming thread only, except the wake.
 */
final class JobFeed {

  /** How many bytes the payloads of one claim may have, except that the first is always claimed. */
  static final long MAX_CLAIM_BYTES = 16L * 1024 * 1024;

  /** After so many looks the worker sees to other things. */
  private static final int MAX_LOOKS = Look.values().length;

  private final LookSchedule schedule;
  private final SharedLook waiting;
  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final LimitedClaims limited;
  private final @Nullable MessageClaims messages;

  /**
   * A feed.
   *
   * @param waiting tells whether the table has something to claim
   * @param types the types that are taken, each up to a version
   * @param limited claims jobs of types with limits
   * @param messages claims what RabbitMQ brings; null if all jobs come from the table
   */
  JobFeed(
      LookSchedule schedule,
      SharedLook waiting,
      ClaimStore store,
      String workerId,
      Map<String, Integer> types,
      LimitedClaims limited,
      @Nullable MessageClaims messages) {
    this.schedule = schedule;
    this.waiting = waiting;
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.limited = limited;
    this.messages = messages;
  }

  /**
   * Claims jobs. If nothing is there, it waits until it is time to look again, and returns none.
   *
   * @param max how many at most
   * @param wait how long to wait at most
   * @throws dev.tenon.jobs.internal.store.StoreException if the database cannot be reached; nothing
   *     is lost
   */
  List<ClaimedJob> next(int max, Duration wait) throws InterruptedException {
    if (messages != null) {
      messages.tend();
    }
    for (int i = 0; i < MAX_LOOKS; i++) {
      Optional<Look> due = schedule.next();
      if (due.isEmpty()) {
        schedule.await(wait);
        return List.of();
      }
      List<ClaimedJob> jobs = lookAt(due.get(), max);
      if (!jobs.isEmpty()) {
        return jobs;
      }
    }
    return List.of();
  }

  private List<ClaimedJob> lookAt(Look look, int max) {
    boolean again = true;
    try {
      List<ClaimedJob> jobs = claim(look, max);
      again = !jobs.isEmpty();
      return jobs;
    } finally {
      schedule.looked(look, again);
    }
  }

  private List<ClaimedJob> claim(Look look, int max) {
    switch (look) {
      case WAITING -> schedule.answered(waiting.since(schedule.answerAskedNanos()));
      case TABLE -> {
        return schedule.looksForAll()
            ? store.claimDue(workerId, types, max, MAX_CLAIM_BYTES)
            : store.claimOverdue(workerId, types, SharedLooks.OVERDUE_AFTER, max, MAX_CLAIM_BYTES);
      }
      case LIMITED_TYPES -> limited.askForTypes();
      case LIMITED -> {
        return limited.claim(max);
      }
      case PAUSED_TYPES -> {
        if (messages != null) {
          messages.askForPauses();
        }
      }
      case MESSAGES -> {
        return messages == null ? List.of() : messages.claim(max);
      }
    }
    return List.of();
  }

  /** Keeps nothing back for this worker, until {@link #next} is called again. */
  void pause() {
    if (messages != null) {
      messages.pause();
    }
  }

  /** Ends the wait for jobs. Thread-safe. */
  void wake() {
    schedule.wake();
  }
}
