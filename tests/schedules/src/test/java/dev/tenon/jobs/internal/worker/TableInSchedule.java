package dev.tenon.jobs.internal.worker;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table of a schedule with one worker: the jobs that wait, those that the worker runs, and those
 * that have ended. Each is in one of these states, and changes as the worker says.
 */
final class TableInSchedule {

  static final String WORKER = "w";
  static final String TYPE = "mail.send";

  private final Duration maxWait;

  /** The jobs that wait, each with the time since when it does. */
  private final Map<UUID, Long> waiting = new LinkedHashMap<>();

  private final Map<UUID, Lease> running = new HashMap<>();
  private final Map<UUID, AttemptEnd> ended = new HashMap<>();
  private final Map<UUID, @Nullable UUID> workflows = new HashMap<>();
  private final Map<UUID, Integer> claims = new HashMap<>();
  private final Set<Lease> called = new HashSet<>();

  /**
   * Creates an empty table.
   *
   * @param maxWait how long a job waits at most until it is claimed
   */
  TableInSchedule(Duration maxWait) {
    this.maxWait = maxWait;
  }

  static UUID id(int number) {
    return new UUID(1, number);
  }

  /** Inserts a job that waits. */
  void insert(int number, @Nullable UUID workflow) {
    long now = System.nanoTime();
    workflows.put(id(number), workflow);
    waiting.put(id(number), now);
  }

  /** Returns whether jobs wait. */
  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Claims jobs, as a transaction does. */
  List<ClaimedJob> claim(int limit) {
    check(limit > 0, "nobody claims nothing");
    long now = System.nanoTime();
    List<ClaimedJob> claimed = new ArrayList<>();
    for (UUID id : List.copyOf(waiting.keySet())) {
      if (claimed.size() < limit) {
        claimed.add(claim(id, now));
      }
    }
    return claimed;
  }

  private ClaimedJob claim(UUID id, long now) {
    long waited = now - waiting.remove(id);
    check(waited < maxWait.toNanos(), "a job is claimed promptly, after " + waited + " ns");
    Lease lease = new Lease(id, claims.merge(id, 1, Integer::sum), WORKER);
    running.put(id, lease);
    return new ClaimedJob(
        lease,
        TYPE,
        1,
        1,
        3,
        0,
        "\"x\"",
        null,
        "tester",
        false,
        workflows.get(id),
        null,
        Headers.none(),
        Duration.ZERO);
  }

  /** Inserts a job and claims it, in one transaction. */
  ClaimedJob insertAndClaim(int number, @Nullable UUID workflow) {
    long now = System.nanoTime();
    workflows.put(id(number), workflow);
    waiting.put(id(number), now);
    return claim(id(number), now);
  }

  /** Records the end of an attempt, as a transaction does. */
  void record(AttemptEnd end) {
    long now = System.nanoTime();
    Lease lease = end.lease();
    UUID id = lease.jobId();
    check(lease.equals(running.remove(id)), "a claim ends once");
    boolean isReleased = end instanceof AttemptEnd.Released;
    check(
        end instanceof AttemptEnd.Cancelled || called.contains(lease) != isReleased,
        "a job runs, or is released, and not both: " + end);
    if (isReleased) {
      waiting.put(id, now);
    } else {
      ended.put(id, end);
    }
    Threads.pause();
  }

  /** Notes that the handler of a job is called. */
  void called(UUID id) {
    Lease lease = running.get(id);
    check(lease != null, "a handler is called only for a job that the worker has claimed");
    check(called.add(lease), "the handler of a claimed job is called once");
  }

  /** Returns whether the worker runs no job according to the table. */
  boolean runsNothing() {
    return running.isEmpty();
  }

  /** Checks that no job is left behind when the worker has stopped. */
  void checkAfterStop() {
    check(running.isEmpty(), "no claimed job is forgotten: " + running.keySet());
    Set<UUID> known = new HashSet<>(waiting.keySet());
    known.addAll(ended.keySet());
    check(known.equals(workflows.keySet()), "each job waits or has ended");
    check(known.size() == waiting.size() + ended.size(), "no job that has ended waits");
  }
}
