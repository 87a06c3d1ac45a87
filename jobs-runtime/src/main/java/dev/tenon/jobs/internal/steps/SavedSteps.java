package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.StoredCursor;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.values.StoredText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The records of earlier attempts, and the numbers of those that this attempt adds. Thread-safe.
 */
final class SavedSteps {

  /** The name and the key of a record. */
  record Id(String name, String key) {}

  private final Map<Id, StoredStep> byId = new HashMap<>();
  private final @Nullable StoredCursor cursor;
  private final AtomicInteger lastNumber;
  private final AtomicInteger count;
  private final AtomicLong resultBytes;
  private final int newestVersion;

  SavedSteps(StepStore.Kept kept) {
    int last = 0;
    long bytes = 0;
    int newest = kept.cursor() == null ? 0 : kept.cursor().version();
    for (StoredStep step : kept.steps()) {
      byId.put(new Id(step.name(), step.key()), step);
      last = Math.max(last, step.number());
      newest = Math.max(newest, step.version());
      bytes += bytes(step.result());
    }
    this.cursor = kept.cursor();
    this.lastNumber = new AtomicInteger(last);
    this.count = new AtomicInteger(byId.size());
    this.resultBytes = new AtomicLong(bytes);
    this.newestVersion = newest;
  }

  private static int bytes(@Nullable String json) {
    return json == null ? 0 : StoredText.utf8Length(json);
  }

  /** Returns the newest version of the job type whose code has recorded something; 0 for none. */
  int newestVersion() {
    return newestVersion;
  }

  /**
   * Returns the record of a step or a wait, by its name or an earlier one; null if there is none.
   */
  @Nullable StoredStep find(String name, List<String> aliases, String key) {
    StoredStep saved = byId.get(new Id(name, key));
    for (int i = 0; saved == null && i < aliases.size(); i++) {
      saved = byId.get(new Id(aliases.get(i), key));
    }
    return saved;
  }

  /** Returns the cursor that earlier attempts have saved last; null if none has. */
  @Nullable StoredCursor cursor() {
    return cursor;
  }

  /** Returns the number of the next record, or -1 if the job already has that many. */
  int nextNumber(int max) {
    return count.getAndUpdate(before -> Math.min(before, max - 1) + 1) < max
        ? lastNumber.incrementAndGet()
        : -1;
  }

  /** Counts the result of a step, and returns the bytes of all results. */
  long addResult(@Nullable String json) {
    return resultBytes.addAndGet(bytes(json));
  }

  /** Returns whether a record is of a wait or a sleep. */
  static boolean isWait(StoredStep saved) {
    return saved.kind() == JobStep.Kind.WAIT || saved.kind() == JobStep.Kind.SLEEP;
  }
}
