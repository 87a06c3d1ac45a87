package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds jobs that should have been published some time ago and were not, behind the first thousand
 * or so of their kind, which claims and looks read themselves. It walks through the kinds that have
 * so many, a limited number of jobs with each step, and goes on from there with the next one. What
 * it finds is kept until somebody claims it. For the workers of a process that know the same types.
 * Thread-safe.
 */
final class OverdueWalk {

  /** How many jobs one step reads. */
  static final int MAX_ROWS = 5_000;

  /** How many jobs a step finds at most. */
  private static final int MAX_FOUND = 500;

  private final Database database;
  private final JobWalk walk;
  private final KindTurns turns = new KindTurns();

  /** Where kinds are walked on whose end was not reached. */
  private final Map<JobKind, WalkPlace> places = new HashMap<>();

  /** What was found and not tried so far. */
  private final Queue<UUID> found = new ConcurrentLinkedQueue<>();

  /** Those of the last look. */
  private Collection<WalkPlace> kinds = List.of();

  /** Whether the last step found as many as it may, so that there may be more at once. */
  private volatile boolean isFull;

  OverdueWalk(Database database) {
    this.database = database;
    this.walk = new JobWalk(database.tables());
  }

  /**
   * Takes a step, unless something is left of what was found.
   *
   * @param kinds those that have so many jobs, each from where it begins
   * @param age how long ago the pointers should have been published, at least
   * @return whether there are jobs to claim
   */
  synchronized boolean walkOn(Collection<WalkPlace> kinds, Duration age) {
    this.kinds = kinds;
    return walkOn(age);
  }

  private synchronized boolean walkOn(Duration age) {
    if (!found.isEmpty()) {
      return true;
    }
    isFull = false;
    List<WalkPlace> next =
        turns.inTurn(kinds).stream()
            .map(beginning -> places.getOrDefault(beginning.kind(), beginning))
            .toList();
    places.keySet().retainAll(next.stream().map(WalkPlace::kind).toList());
    if (next.isEmpty()) {
      return false;
    }
    JobWalk.Step step =
        walk.step(
            database.control(),
            next,
            new JobWalk.Search(JobStatus.PENDING, age, null, List.of(), MAX_ROWS, MAX_FOUND));
    List<@Nullable WalkPlace> walked = step.walked();
    for (int i = 0; i < walked.size(); i++) {
      WalkPlace place = walked.get(i);
      if (place == null) {
        places.remove(next.get(i).kind());
      } else {
        places.put(place.kind(), place);
      }
    }
    turns.had(next.subList(0, walked.size()));
    step.pointers().forEach(each -> found.add(each.pointer().jobId()));
    isFull = step.isFull();
    return !found.isEmpty();
  }

  /** Takes some of the jobs that were found; if there was more than a step may find, walks on. */
  List<UUID> take(int max, Duration age) {
    if (isFull && found.isEmpty()) {
      boolean unused = walkOn(age);
    }
    List<UUID> taken = new ArrayList<>();
    while (taken.size() < max) {
      UUID next = found.poll();
      if (next == null) {
        break;
      }
      taken.add(next);
    }
    return taken;
  }

  /** Gives back jobs that were taken and could not be claimed now. */
  void giveBack(Collection<UUID> jobIds) {
    found.addAll(jobIds);
  }
}
