package dev.tenon.jobs.internal.signal;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Jobs are committed while the claiming thread of a worker without RabbitMQ polls by {@link
 * PollSchedule}: one by this process, one by another process, which sends a hint, and one that has
 * a limit and can start when the one before it ends. The clock stands still, so that no poll is due
 * by its time: only what the events say leads to the jobs.
 */
final class WakeUpsSchedule {

  private static final String LIMITED = "parcel.pack";

  /** The maximum wait for an event. */
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** The jobs in the table that are not claimed yet. */
  private int inTable;

  /** The jobs of the type with a limit, and those of them that run; one may. */
  private final Deque<String> limitedJobs = new ArrayDeque<>(List.of("first", "second"));

  private int limitedRunning;
  private int claimed;

  private final PollSchedule schedule =
      new PollSchedule(false, true, Set.of(LIMITED), () -> true, () -> false, () -> 0L);

  void run() throws InterruptedException {
    Threads threads = new Threads();
    Thread claiming = threads.start(this::claimAll);
    threads.start(
        () -> {
          inTable++;
          schedule.wake();
        });
    threads.start(
        () -> {
          inTable++;
          schedule.hear();
        });
    claiming.join();
    threads.join();
  }

  /** Does what a claimer does with its feed. */
  private void claimAll() throws InterruptedException {
    Threads ends = new Threads();
    while (claimed < 4) {
      for (Optional<ClaimSource> due = schedule.next(); due.isPresent(); due = schedule.next()) {
        boolean again = claim(due.get(), ends);
        schedule.polled(due.get(), again);
      }
      if (claimed < 4) {
        long begunNanos = System.nanoTime();
        schedule.await(WAIT);
        // Time passes only when nothing else can run, so by then all events have happened
        check(
            System.nanoTime() - begunNanos < WAIT.toNanos(),
            "every event that brings a job ends the wait for it, and a poll finds the job");
      }
    }
    ends.join();
  }

  private boolean claim(ClaimSource source, Threads ends) {
    switch (source) {
      case TABLE -> {
        int found = inTable;
        Threads.pause();
        inTable -= found;
        claimed += found;
        return found > 0;
      }
      case LIMITED_TYPES -> {
        Set<String> due = limitedJobs.isEmpty() ? Set.of() : Set.of(LIMITED);
        Threads.pause();
        schedule.limitedTypes(new LimitedTypes(List.copyOf(due), null));
        return false;
      }
      case LIMITED -> {
        return claimLimited(ends);
      }
      default -> {
        return false;
      }
    }
  }

  private boolean claimLimited(Threads ends) {
    LimitedTurns turns = schedule.limited();
    if (turns.startable().isEmpty()) {
      return false;
    }
    turns.claims(LIMITED);
    boolean hasRoom = limitedRunning == 0 && !limitedJobs.isEmpty();
    Threads.pause();
    if (hasRoom) {
      limitedJobs.remove();
      limitedRunning++;
      claimed++;
    }
    turns.claimed(LIMITED, hasRoom ? 1 : 0, true);
    if (hasRoom) {
      ends.start(
          () -> {
            limitedRunning--;
            schedule.ended(LIMITED);
          });
    }
    return hasRoom;
  }
}
