package dev.tenon.jobs.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Jobs that were recorded in transactions of callers, and when it is looked whether these are
 * committed: soon where they are young, and less often the longer they last. What was recorded at
 * once is committed at once, so one of its jobs tells it. For one thread.
 */
final class OpenTransactions {

  /** A fourth of how long the transaction has lasted, within these. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
  private static final int PAUSE_SHARE = 4;

  /** The relay finds what is committed later. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Recorded> open = new ArrayList<>();

  /** Jobs that were recorded at once, one at least. */
  private static final class Recorded {

    private final List<UUID> jobIds;
    private final long sinceNanos;
    private long lookAtNanos;

    Recorded(List<UUID> jobIds, long nowNanos) {
      this.jobIds = jobIds;
      this.sinceNanos = nowNanos;
      putOff(nowNanos);
    }

    UUID first() {
      return jobIds.get(0);
    }

    boolean isDue(long nowNanos) {
      return nowNanos - lookAtNanos >= 0;
    }

    void putOff(long nowNanos) {
      long pause = (nowNanos - sinceNanos) / PAUSE_SHARE;
      lookAtNanos =
          nowNanos + Math.max(SHORTEST_PAUSE.toNanos(), Math.min(LONGEST_PAUSE.toNanos(), pause));
    }
  }

  /** Jobs have been recorded at once. */
  void add(Collection<UUID> jobIds, long nowNanos) {
    if (!jobIds.isEmpty()) {
      open.add(new Recorded(List.copyOf(jobIds), nowNanos));
    }
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** How long until it is time to look; there is something to look for. */
  Duration untilNextLook(long nowNanos) {
    long nanos =
        open.stream()
            .mapToLong(each -> each.lookAtNanos - nowNanos)
            .min()
            .orElseThrow(IllegalStateException::new);
    return Duration.ofNanos(Math.max(0, nanos));
  }

  /** The jobs for which to look now: if one is there, so are all that were recorded with it. */
  List<UUID> due(long nowNanos) {
    open.removeIf(each -> nowNanos - each.sinceNanos > PATIENCE.toNanos());
    return open.stream().filter(each -> each.isDue(nowNanos)).map(Recorded::first).toList();
  }

  /**
   * It was looked for the jobs that were due. Those that were there, with all others that were
   * recorded with them, are given up here.
   *
   * @param there which of those that were due
   * @param nowNanos the time for which they were due
   */
  List<UUID> take(Set<UUID> there, long nowNanos) {
    List<UUID> committed = new ArrayList<>();
    for (Iterator<Recorded> all = open.iterator(); all.hasNext(); ) {
      Recorded each = all.next();
      if (there.contains(each.first())) {
        committed.addAll(each.jobIds);
        all.remove();
      } else if (each.isDue(nowNanos)) {
        each.putOff(nowNanos);
      }
    }
    return committed;
  }
}
