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
import java.util.function.LongSupplier;

/**
 * Refuses jobs where as many wait as may. A count reads an entry of an index for each waiting job,
 * up to the bound, so it is kept for a moment: the jobs that this process submits are added to it,
 * and far from the bound it serves for a second. Near the bound, counting takes a twentieth of the
 * time at most. Jobs that other processes submit meanwhile are not seen, and neither are those of
 * transactions that are not committed yet. Thread-safe.
 */
public final class BacklogGate {

  private static final Duration MAX_AGE = Duration.ofSeconds(1);
  private static final Duration MIN_AGE = Duration.ofMillis(5);

  /** An old count serves up to this part of the bound, in percent. */
  private static final int FAR_FROM_FULL = 90;

  /** A count rests for this many times as long as it took. */
  private static final int REST = 20;

  private static final int MAX_ENTRIES = 10_000;

  private final HotStatement count;
  private final LongSupplier nanoTime;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** The gate of this database. */
  public BacklogGate(Database database) {
    this(database, System::nanoTime);
  }

  BacklogGate(Database database, LongSupplier nanoTime) {
    this.count = HotStatement.call(database.tables(), "backlog_of", "type", "key");
    this.nanoTime = nanoTime;
  }

  private record Key(String type, String key) {}

  /** The last count of the waiting jobs of a key. Its own lock guards it. */
  private static final class Entry {
    private boolean isCounted;
    private long countedNanos;
    private long tookNanos;
    private int max;
    private long waiting;
  }

  /**
   * Makes sure that there is room for jobs, before they are recorded.
   *
   * @param dsl counts, in the transaction that records the jobs
   * @throws BacklogFullException if there is no room for all of them
   */
  public void check(DSLContext dsl, List<NewJob> jobs) {
    Map<Key, Integer> wanted = new LinkedHashMap<>();
    for (NewJob job : jobs) {
      String key = job.backlogKey();
      if (key != null) {
        wanted.merge(new Key(job.type(), key), 1, Integer::sum);
      }
    }
    List<Runnable> undo = new ArrayList<>();
    try {
      wanted.forEach(
          (key, number) -> {
            Entry entry = entry(key);
            take(dsl, key, entry, number);
            undo.add(() -> give(entry, number));
          });
    } catch (BacklogFullException e) {
      undo.forEach(Runnable::run);
      throw e;
    }
  }

  private Entry entry(Key key) {
    synchronized (entries) {
      Entry entry = entries.computeIfAbsent(key, any -> new Entry());
      if (entries.size() > MAX_ENTRIES) {
        entries.remove(entries.keySet().iterator().next());
      }
      return entry;
    }
  }

  private void take(DSLContext dsl, Key key, Entry entry, int number) {
    synchronized (entry) {
      if (!isUsable(entry, number)) {
        count(dsl, key, entry);
      }
      if (entry.max > 0 && entry.waiting + number > entry.max) {
        throw new BacklogFullException(key.type(), key.key(), number, entry.waiting, entry.max);
      }
      entry.waiting += number;
    }
  }

  private boolean isUsable(Entry entry, int number) {
    long age = nanoTime.getAsLong() - entry.countedNanos;
    if (!entry.isCounted || age >= MAX_AGE.toNanos()) {
      return false;
    }
    return entry.max == 0
        || (entry.waiting + number) * 100 <= (long) entry.max * FAR_FROM_FULL
        || age < Math.max(MIN_AGE.toNanos(), REST * entry.tookNanos);
  }

  private void count(DSLContext dsl, Key key, Entry entry) {
    long start = nanoTime.getAsLong();
    entry.max = 0;
    entry.waiting = 0;
    count.run(
        dsl,
        Map.of("type", key.type(), "key", key.key()),
        row -> {
          entry.max = row.getInt(1);
          entry.waiting = row.getLong(2);
        });
    entry.countedNanos = start;
    entry.tookNanos = nanoTime.getAsLong() - start;
    entry.isCounted = true;
  }

  private static void give(Entry entry, int number) {
    synchronized (entry) {
      entry.waiting -= number;
    }
  }
}
