package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses jobs where as many wait as may. A count reads an entry of an index for each waiting job,
 * up to the bound, so it is kept for a moment: the jobs that this process submits are added to it,
 * and far from the bound it serves for a second. Near the bound, counting takes a twentieth of the
 * time at most. Jobs that other processes submit meanwhile are not seen, and neither are those of
 * transactions of callers that are not committed yet. Thread-safe.
 */
public final class BacklogGate {

  private static final Duration MAX_AGE = Duration.ofSeconds(1);
  private static final Duration MIN_AGE = Duration.ofMillis(5);

  /** An old count serves up to this part of the bound, in percent. */
  private static final int FAR_FROM_FULL = 90;

  /** A count rests for this many times as long as it took. */
  private static final int REST = 20;

  private static final int MAX_COUNTS = 10_000;

  private final HotStatement statement;
  private final LongSupplier nanoTime;
  private final Map<Key, Count> counts = new LinkedHashMap<>(16, 0.75f, true);

  /** The gate of this database. */
  public BacklogGate(Database database) {
    this(database, System::nanoTime);
  }

  BacklogGate(Database database, LongSupplier nanoTime) {
    this.statement = HotStatement.call(database.tables(), "backlog_of", "type", "key", "max");
    this.nanoTime = nanoTime;
  }

  private record Key(String type, String key) {}

  /**
   * The number of jobs of a key that wait, as far as this process knows. Its own lock guards it.
   */
  private static final class Count {
    private boolean isCounted;
    private long countedNanos;
    private long tookNanos;

    /** The bound; 0 for none. */
    private int max;

    private long waiting;

    /** Those of {@link #waiting} that a statement may not see yet. */
    private long underway;
  }

  /** Room that was taken. It has the count itself, which may be forgotten before the room is. */
  private record Taken(Count count, int number) {}

  /**
   * Room that some jobs take. It is closed once they are committed or refused. Until then, a count
   * may not see them, and they are added to it. For one thread.
   */
  public final class Room implements AutoCloseable {

    private @Nullable Map<Key, Taken> taken;

    private Room() {}

    /**
     * Takes room for jobs, before they are recorded.
     *
     * @param dsl counts what waits, maybe in the transaction that records the jobs
     * @throws BacklogFullException if there is no room for all of them
     */
    public void take(DSLContext dsl, List<NewJob> jobs) {
      // What an earlier try has taken, if the transaction is repeated
      close();
      if (jobs.stream().allMatch(job -> job.backlog() == null)) {
        return;
      }
      Map<Key, NewJob.Backlog> bounds = new LinkedHashMap<>();
      Map<Key, Integer> wanted = new LinkedHashMap<>();
      for (NewJob job : jobs) {
        NewJob.Backlog backlog = job.backlog();
        if (backlog != null) {
          Key key = new Key(job.type(), backlog.key());
          bounds.put(key, backlog);
          wanted.merge(key, 1, Integer::sum);
        }
      }
      Map<Key, Taken> before = new LinkedHashMap<>();
      try {
        wanted.forEach(
            (key, number) ->
                before.put(
                    key,
                    BacklogGate.this.take(
                        dsl, key, Objects.requireNonNull(bounds.get(key)), number)));
      } catch (RuntimeException e) {
        before.values().forEach(each -> end(each, 0));
        throw e;
      }
      taken = before;
    }

    /**
     * Keeps the room of the jobs that were recorded, and gives back that of the others, whose
     * unique keys other jobs have.
     */
    List<Recorded> keep(List<NewJob> jobs, List<Recorded> recorded) {
      if (taken != null) {
        List<NewJob> created = new ArrayList<>();
        for (int i = 0; i < jobs.size(); i++) {
          if (recorded.get(i).created()) {
            created.add(jobs.get(i));
          }
        }
        keep(created);
      }
      return recorded;
    }

    /** Keeps the room of these jobs, and gives back that of the others. */
    public void keep(List<NewJob> created) {
      if (taken == null) {
        return;
      }
      Map<Key, Integer> kept = new LinkedHashMap<>();
      for (NewJob job : created) {
        NewJob.Backlog backlog = job.backlog();
        if (backlog != null) {
          kept.merge(new Key(job.type(), backlog.key()), 1, Integer::sum);
        }
      }
      taken.forEach((key, each) -> end(each, Math.min(each.number(), kept.getOrDefault(key, 0))));
      taken = null;
    }

    /** Gives back the room, unless it was kept. */
    @Override
    public void close() {
      keep(List.of());
    }
  }

  /** Returns no room yet. */
  public Room open() {
    return new Room();
  }

  private Count count(Key key) {
    synchronized (counts) {
      Count count = counts.computeIfAbsent(key, any -> new Count());
      if (counts.size() > MAX_COUNTS) {
        counts.remove(counts.keySet().iterator().next());
      }
      return count;
    }
  }

  private Taken take(DSLContext dsl, Key key, NewJob.Backlog backlog, int number) {
    Count count = count(key);
    synchronized (count) {
      if (isUsable(count, number)) {
        return take(count, key, number);
      }
    }
    // The connection first: whoever waits for the lock may have the last one of the pool
    return dsl.connectionResult(
        connection -> {
          synchronized (count) {
            if (!isUsable(count, number)) {
              count(Database.context(connection), key, backlog, count);
            }
            return take(count, key, number);
          }
        });
  }

  /** Takes room by a count that the caller has locked. */
  private static Taken take(Count count, Key key, int number) {
    if (count.max > 0 && count.waiting + number > count.max) {
      throw new BacklogFullException(key.type(), key.key(), number, count.waiting, count.max);
    }
    count.waiting += number;
    count.underway += number;
    return new Taken(count, number);
  }

  private static void end(Taken taken, int kept) {
    Count count = taken.count();
    synchronized (count) {
      count.underway -= taken.number();
      count.waiting -= taken.number() - kept;
    }
  }

  private boolean isUsable(Count count, int number) {
    long age = nanoTime.getAsLong() - count.countedNanos;
    if (!count.isCounted || age >= MAX_AGE.toNanos()) {
      return false;
    }
    return count.max == 0
        || (count.waiting + number) * 100 <= (long) count.max * FAR_FROM_FULL
        || age < Math.max(MIN_AGE.toNanos(), REST * count.tookNanos);
  }

  private void count(DSLContext dsl, Key key, NewJob.Backlog backlog, Count count) {
    long start = nanoTime.getAsLong();
    count.isCounted = false;
    count.max = 0;
    count.waiting = count.underway;
    Map<String, Object> values = Map.of("type", key.type(), "key", key.key(), "max", backlog.max());
    statement.run(
        dsl,
        values,
        row -> {
          count.max = row.getInt(1);
          count.waiting += row.getLong(2);
        });
    count.countedNanos = start;
    count.tookNanos = nanoTime.getAsLong() - start;
    count.isCounted = true;
  }
}
