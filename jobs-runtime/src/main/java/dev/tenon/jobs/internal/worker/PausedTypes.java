package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.flow.OperatorStore.Barred;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Which of a worker's types are paused, as far as it has to know: no claim takes a job of a paused
 * type, so a worker learns of a pause by a pointer whose job it did not get. From then on it asks a
 * few times a second, with a small statement, until none of its types is paused. For the worker's
 * claiming thread only.
 */
final class PausedTypes {

  /** Jobs are to start within a second after their type is resumed. */
  static final Duration INTERVAL = Duration.ofMillis(500);

  private final OperatorStore store;
  private final Set<String> names;
  private Barred barred = Barred.NONE;
  private long askedNanos;
  private boolean asksNow = true;

  /** None is known to be paused; the first look is when the worker starts. */
  PausedTypes(OperatorStore store, Set<String> names) {
    this.store = store;
    this.names = Set.copyOf(names);
  }

  /** The names that were paused when it last asked. */
  Set<String> paused() {
    return barred.paused();
  }

  /** Whether the type had limits when it last asked. */
  boolean isLimited(String type) {
    return barred.limited().contains(type);
  }

  /** Whether the worker has this type. */
  boolean isOwn(String type) {
    return names.contains(type);
  }

  /** A job of one of these types came and could not be claimed: the next look is at once. */
  void askNow() {
    asksNow = true;
  }

  /**
   * Asks if it is time to.
   *
   * @return what is no longer paused
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached; it asks
   *     again
   */
  Set<String> resumed() {
    long now = System.nanoTime();
    boolean isDue = asksNow || (!paused().isEmpty() && now - askedNanos >= INTERVAL.toNanos());
    if (!isDue) {
      return Set.of();
    }
    askedNanos = now;
    Set<String> before = paused();
    barred = store.barred(names);
    asksNow = false;
    Set<String> resumed = new HashSet<>(before);
    resumed.removeAll(paused());
    return resumed;
  }
}
