package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Room;
import dev.tenon.jobs.internal.signal.ClaimSource;
import dev.tenon.jobs.internal.signal.PollSchedule;
import dev.tenon.jobs.internal.signal.SharedAnswer;
import dev.tenon.jobs.internal.signal.SharedAnswers;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The supply of a worker's jobs: it makes the looks of the schedule when they are due. For the
 * worker's claiming thread only, except the wake.
 */
final class JobFeed {

  /**
   * The maximum number of bytes of the payloads of one claim, except that the first job is always
   * claimed.
   */
  static final long MAX_CLAIM_BYTES = 16L * 1024 * 1024;

  /** The maximum number of looks before the worker turns to other work. */
  private static final int MAX_POLLS = ClaimSource.values().length;

  private final PollSchedule schedule;
  private final SharedAnswer waiting;
  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final List<Map<String, Integer>> together;
  private final LimitedClaims limited;
  private final @Nullable MessageClaims messages;

  /** The group of types that the next claim from the table begins with. */
  private int turn;

  /**
   * The types to claim, each up to a version.
   *
   * @param all all of them
   * @param together the same in groups: each batch type is one, and all others are one
   */
  record Types(Map<String, Integer> all, List<Map<String, Integer>> together) {}

  /**
   * Creates a feed.
   *
   * @param waiting checks whether the table has something to claim
   * @param types the types to claim
   * @param limited claims jobs of types with limits
   * @param messages claims jobs from RabbitMQ; null if all jobs come from the table
   */
  JobFeed(
      PollSchedule schedule,
      SharedAnswer waiting,
      ClaimStore store,
      String workerId,
      Types types,
      LimitedClaims limited,
      @Nullable MessageClaims messages) {
    this.schedule = schedule;
    this.waiting = waiting;
    this.store = store;
    this.workerId = workerId;
    this.types = types.all();
    this.together = types.together();
    this.limited = limited;
    this.messages = messages;
  }

  /**
   * Claims jobs. If there are none, it waits until it is time to look again, and returns none.
   *
   * @param room the room for them
   * @param wait the maximum wait
   * @throws dev.tenon.jobs.internal.store.StoreException if the database cannot be reached; nothing
   *     is lost
   */
  List<ClaimedJob> next(Room room, Duration wait) throws InterruptedException {
    if (messages != null) {
      messages.tend();
    }
    for (int i = 0; i < MAX_POLLS; i++) {
      Optional<ClaimSource> due = schedule.next();
      if (due.isEmpty()) {
        schedule.await(wait);
        return List.of();
      }
      List<ClaimedJob> jobs = poll(due.get(), room);
      if (!jobs.isEmpty()) {
        return jobs;
      }
    }
    return List.of();
  }

  private List<ClaimedJob> poll(ClaimSource source, Room room) {
    boolean again = true;
    try {
      List<ClaimedJob> jobs = claim(source, room);
      again = !jobs.isEmpty();
      return jobs;
    } finally {
      schedule.polled(source, again);
    }
  }

  private List<ClaimedJob> claim(ClaimSource source, Room room) {
    switch (source) {
      case WAITING -> schedule.answered(waiting.since(schedule.answerAskedNanos()));
      case TABLE -> {
        return schedule.pollsForAll()
            ? claimDue(room)
            : store.claimOverdue(
                workerId,
                types,
                SharedAnswers.OVERDUE_AFTER,
                Math.max(1, room.ofOthers()),
                MAX_CLAIM_BYTES);
      }
      case LIMITED_TYPES -> limited.askForTypes();
      case LIMITED -> {
        return limited.claim(room);
      }
      case PAUSED_TYPES -> {
        if (messages != null) {
          messages.askForPauses();
        }
      }
      case MESSAGES -> {
        return messages == null ? List.of() : messages.claim(room);
      }
    }
    return List.of();
  }

  /**
   * Claims due jobs: those of batch types one type after the other, as there may be room for more.
   */
  private List<ClaimedJob> claimDue(Room room) {
    List<ClaimedJob> claimed = new ArrayList<>();
    long bytes = MAX_CLAIM_BYTES;
    turn = (turn + 1) % Math.max(1, together.size());
    for (int i = 0; i < together.size(); i++) {
      Map<String, Integer> some = together.get((turn + i) % together.size());
      int fits =
          Math.min(room.of(some.keySet().iterator().next()), Room.MAX_CLAIMS - claimed.size());
      if (fits <= 0 || bytes <= 0) {
        continue;
      }
      try {
        List<ClaimedJob> jobs = room.taken(store.claimDue(workerId, some, fits, bytes));
        claimed.addAll(jobs);
        bytes -= jobs.stream().mapToLong(job -> job.payload().length()).sum();
      } catch (StoreException e) {
        if (claimed.isEmpty()) {
          throw e;
        }
        // Claimed jobs must be started; if it was more than a hiccup, the next claim fails, too
        break;
      }
    }
    return claimed;
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
