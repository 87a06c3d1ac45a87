package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.flow.MissingKeyStore;
import dev.tenon.jobs.internal.flow.MissingKeyStore.Given;
import dev.tenon.jobs.internal.flow.MissingKeyStore.KeyedName;
import dev.tenon.jobs.internal.flow.MissingKeyStore.Place;
import dev.tenon.jobs.internal.leader.Leadership;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the keys of jobs in step with the limits of their types. An operator or a new version of
 * the application may give a type its first limit, remove its last one, or add a {@code @Limit}.
 * Then its waiting and running jobs are changed, some at each run. It also deletes starts that
 * count for no rate any longer.
 */
final class LimitKeys implements MaintenanceTask {

  private static final int BATCH = 1000;

  /**
   * The time limit of one run; the rest waits for the next run, so that other tasks get their turn.
   */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

  /**
   * The interval of the search for jobs without a key, which processes submit before they know that
   * the type has limits now. It looks at all jobs without a key, and some never get one. So it runs
   * less and less often, up to the maximum, while there are none to give.
   */
  private static final Duration MISSING_KEYS_INTERVAL = Duration.ofMinutes(1);

  private static final Duration MAX_MISSING_KEYS_INTERVAL = Duration.ofMinutes(15);

  private final LimitKeyStore store;
  private final MissingKeyStore missingKeys;
  private final BatchSize toAdjust = new BatchSize("jobs whose limits have changed", BATCH);
  private final BatchSize toGiveKeys = new BatchSize("jobs that lack a limit key", BATCH);
  private final BatchSize toForget = new BatchSize("starts that count for no rate", BATCH);
  private final Deque<KeyedName> namesToDo = new ArrayDeque<>();
  private List<KeyedName> keyedNames = List.of();
  private @Nullable Place place;
  private boolean hasAdjusted;
  private long keysGivenNanos;
  private int keysGiven;
  private Duration missingKeysInterval = MISSING_KEYS_INTERVAL;
  private boolean hasForgotten;
  private long forgotNanos;

  LimitKeys(LimitKeyStore store, MissingKeyStore missingKeys) {
    this.store = store;
    this.missingKeys = missingKeys;
  }

  @Override
  public String name() {
    return "limits";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(3);
  }

  @Override
  public Round run(Leadership leadership) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    boolean hasMoreToForget = forgetStartsIfDue(leadership);
    if (!store.hasLimits()) {
      return Round.of(hasMoreToForget);
    }
    while (System.nanoTime() < end) {
      Optional<Boolean> all = toAdjust.run(limit -> adjust(leadership, limit));
      if (all.isEmpty()) {
        return Round.MORE_TO_DO;
      }
      if (all.get()) {
        return Round.of(giveMissingKeys(leadership, end) || hasMoreToForget);
      }
    }
    return Round.MORE_TO_DO;
  }

  /** Adjusts up to that many jobs. Returns whether these were all. */
  private boolean adjust(Leadership leadership, int limit) {
    int adjusted = store.adjust(leadership, limit);
    // These still have the empty key
    hasAdjusted |= adjusted > 0;
    return adjusted < limit;
  }

  /** Returns whether there is more to do. */
  private boolean giveMissingKeys(Leadership leadership, long end) {
    List<KeyedName> names = missingKeys.keyedNames();
    boolean isDue =
        hasAdjusted || System.nanoTime() - keysGivenNanos >= missingKeysInterval.toNanos();
    if ((isDue && namesToDo.isEmpty()) || !names.equals(keyedNames)) {
      if (hasAdjusted || !names.equals(keyedNames)) {
        missingKeysInterval = MISSING_KEYS_INTERVAL;
      }
      hasAdjusted = false;
      keysGiven = 0;
      keyedNames = names;
      namesToDo.clear();
      namesToDo.addAll(names);
      place = null;
    }
    while (!namesToDo.isEmpty()) {
      if (System.nanoTime() >= end) {
        return true;
      }
      Optional<Given> given =
          toGiveKeys.run(
              limit -> missingKeys.giveKeys(leadership, namesToDo.element(), place, limit));
      if (given.isEmpty()) {
        return true;
      }
      keysGiven += given.get().count();
      place = given.get().next().orElse(null);
      if (place == null) {
        namesToDo.remove();
        keysGivenNanos = System.nanoTime();
        if (namesToDo.isEmpty()) {
          missingKeysInterval = intervalAfter(missingKeysInterval, keysGiven);
        }
      }
    }
    return false;
  }

  /**
   * Returns the next pause, after a search for jobs without a key that has given some of them
   * theirs.
   */
  static Duration intervalAfter(Duration interval, int keysGiven) {
    Duration doubled = interval.multipliedBy(2);
    return keysGiven > 0
        ? MISSING_KEYS_INTERVAL
        : doubled.compareTo(MAX_MISSING_KEYS_INTERVAL) < 0 ? doubled : MAX_MISSING_KEYS_INTERVAL;
  }

  private boolean forgetStartsIfDue(Leadership leadership) {
    long now = System.nanoTime();
    if (hasForgotten && now - forgotNanos < FORGET_INTERVAL.toNanos()) {
      return false;
    }
    boolean hasMore =
        toForget.run(limit -> store.forgetStarts(leadership, limit) == limit).orElse(true);
    hasForgotten = !hasMore;
    forgotNanos = now;
    return hasMore;
  }
}
