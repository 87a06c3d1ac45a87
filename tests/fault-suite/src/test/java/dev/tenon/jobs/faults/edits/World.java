package dev.tenon.jobs.faults.edits;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Everything outside of one job: what its steps have really done, whichever version of the handler
 * has called them, and the point at which it stops. Handlers call it; what they call a step stays
 * the same if an edit renames the step. Thread-safe.
 */
public final class World {

  /** A job that stops nowhere. */
  static final String NOWHERE = "";

  /** A job that sleeps when the code is exchanged. */
  static final String SLEEPING = "asleep";

  private static final Duration LONG_PAUSE = Duration.ofMillis(1_500);
  private static final Map<UUID, World> ALL = new ConcurrentHashMap<>();

  private final UUID job;
  private final String stop;
  private final List<String> violations = new ArrayList<>();

  /** What each run of a step has returned. */
  private final Map<String, List<String>> runs = new HashMap<>();

  /** What the handler got from each step first. */
  private final Map<String, String> results = new HashMap<>();

  private final Set<String> begunOnce = new HashSet<>();
  private final Set<String> notDone = new HashSet<>();
  private final List<Integer> rounds = new ArrayList<>();
  private boolean isStopped;

  private World(UUID job, String stop) {
    this.job = job;
    this.stop = stop;
  }

  /** Thrown by a handler that was stopped. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The world of a job. */
  public static World of(UUID job, String stop) {
    return ALL.computeIfAbsent(job, id -> new World(id, stop));
  }

  /** The world of a job; empty if it has not begun. */
  static Optional<World> find(UUID job) {
    return Optional.ofNullable(ALL.get(job));
  }

  /** Runs a step: returns what no other run returns, and stops after that if the job is to. */
  public String run(String step) {
    String value;
    synchronized (this) {
      if (results.containsKey(step)) {
        violations.add("%s ran again although %s was recorded".formatted(step, results.get(step)));
      }
      List<String> values = runs.computeIfAbsent(step, key -> new ArrayList<>());
      value = step + " #" + (values.size() + 1);
      values.add(value);
    }
    stop("in " + step);
    return value;
  }

  /** Writes a row in the transaction of a step, and runs it. */
  public String book(String step, Connection transaction) throws SQLException {
    try (PreparedStatement insert =
        transaction.prepareStatement("INSERT INTO public.bookings (job_id, value) VALUES (?, ?)")) {
      insert.setObject(1, job);
      insert.setString(2, step);
      int unused = insert.executeUpdate();
    }
    return run(step);
  }

  /** Runs a step that may not be repeated. */
  public String runOnce(String step) {
    synchronized (this) {
      // A run from the time when the step could be repeated leaves no doubt
      if (!begunOnce.add(step) && !notDone.remove(step)) {
        violations.add("%s ran again although nobody said that it was not done".formatted(step));
      }
    }
    return run(step);
  }

  /** The handler got this from a step. */
  public void got(String step, String value) {
    synchronized (this) {
      String first = results.putIfAbsent(step, value);
      if (first != null && !first.equals(value)) {
        violations.add("%s returned %s after %s".formatted(step, value, first));
      }
      if (first == null && !runs.getOrDefault(step, List.of()).contains(value)) {
        violations.add("%s returned %s, which no run has returned".formatted(step, value));
      }
    }
    stop("after " + step);
  }

  /** Says what became of a step in doubt. */
  public synchronized Optional<String> find(String step) {
    List<String> values = runs.getOrDefault(step, List.of());
    if (values.isEmpty()) {
      notDone.add(step);
      return Optional.empty();
    }
    return Optional.of(values.get(values.size() - 1));
  }

  /** The handler got a signal. */
  public void received(String wait, String signal) {
    synchronized (this) {
      String first = results.putIfAbsent(wait, signal);
      if (first != null && !first.equals(signal)) {
        violations.add("%s got %s after %s".formatted(wait, signal, first));
      }
    }
    stop("after " + wait);
  }

  /** How long it sleeps. */
  public Duration pause() {
    return stop.equals(SLEEPING) ? LONG_PAUSE : Duration.ofMillis(1);
  }

  /** A round of a loop that a cursor counts. */
  public void round(int number) {
    synchronized (this) {
      rounds.add(number);
    }
    stop("in round " + number);
  }

  /** Waits here to be stopped, if the job is to stop here and has not yet. */
  private void stop(String where) {
    synchronized (this) {
      if (!where.equals(stop) || isStopped) {
        return;
      }
      isStopped = true;
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new StoppedException();
    }
  }

  /** From now on it stops nowhere. */
  synchronized void stopNoMore() {
    isStopped = true;
  }

  /** Whether it has come to where it stops. */
  synchronized boolean isStopped() {
    return isStopped;
  }

  /** What the handler got first. */
  synchronized Optional<String> result(String step) {
    return Optional.ofNullable(results.get(step));
  }

  /** Everything that should not have happened. */
  synchronized List<String> violations(int lastRound) {
    List<String> all = new ArrayList<>(violations);
    Set<Integer> seen = new TreeSet<>(rounds);
    int repeated = stop.startsWith("in round") ? 1 : 0;
    if (seen.size() != lastRound || rounds.size() > lastRound + repeated) {
      all.add("the rounds were " + rounds);
    }
    return all;
  }
}
