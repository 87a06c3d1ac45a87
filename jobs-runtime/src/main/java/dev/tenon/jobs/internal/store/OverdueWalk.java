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
 * or so of their kind; claims and looks read those themselves. It walks through kinds that have
 * more jobs than that. Each step reads a limited number of jobs, and the next one continues there.
 * Jobs that it finds are kept until somebody claims them. The workers of a process that know the
 * same types share one. Thread-safe.
 */
final class OverdueWalk {

  /** The number of jobs that one step reads. */
  static final int MAX_ROWS = 5_000;

  /** The maximum number of jobs that a step finds. */
  private static final int MAX_FOUND = 500;

  private final Database database;
  private final JobWalk walk;
  private final KindTurns turns = new KindTurns();

  /** The places where the walks continue through kinds whose end was not reached. */
  private final Map<JobKind, WalkPlace> places = new HashMap<>();

  /** The jobs that were found and not tried yet. */
  private final Queue<UUID> found = new ConcurrentLinkedQueue<>();

  /** The kinds of the last look. */
  private Collection<WalkPlace> kinds = List.of();

  /** True if the last step found the maximum, so that there may be more immediately. */
  private volatile boolean isFull;

  OverdueWalk(Database database) {
    this.database = database;
    this.walk = new JobWalk(database.tables());
  }

  /**
   * Takes a step, unless jobs that were found are left.
   *
   * @param kinds the kinds that have more than a thousand jobs or so, each from its beginning
   * @param age the minimum time since the pointers should have been published
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

  /**
   * Takes some of the jobs that were found, and continues the walk if there was more than a step
   * may find.
   */
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
