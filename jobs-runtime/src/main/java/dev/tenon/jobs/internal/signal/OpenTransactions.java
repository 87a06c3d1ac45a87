package dev.tenon.jobs.internal.signal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Jobs that were recorded in transactions of callers, and the times to check whether these are
 * committed: soon while they are young, and less often the longer they last. All checks are at
 * multiples of one interval, so that many transactions share them. All jobs of a call are committed
 * together, so checking one of them is enough. For one thread.
 */
public final class OpenTransactions {

  /** The bounds of the pause, which is a quarter of the transaction's duration so far. */
  private static final Duration MIN_PAUSE = Duration.ofMillis(5);

  private static final Duration MAX_PAUSE = Duration.ofMillis(250);
  private static final int PAUSE_SHARE = 4;

  private static final long GRID_NANOS = Duration.ofMillis(20).toNanos();

  /**
   * The maximum time that transactions are checked; the relay finds jobs that are committed later.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Recorded> open = new ArrayList<>();

  /** Jobs that one call has recorded, at least one. */
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
      long share = (nowNanos - sinceNanos) / PAUSE_SHARE;
      long pause = Math.max(MIN_PAUSE.toNanos(), Math.min(MAX_PAUSE.toNanos(), share));
      lookAtNanos = (Math.floorDiv(nowNanos + pause, GRID_NANOS) + 1) * GRID_NANOS;
    }
  }

  /** Adds jobs that a call has recorded. */
  public void add(Collection<UUID> jobIds, long nowNanos) {
    if (!jobIds.isEmpty()) {
      open.add(new Recorded(List.copyOf(jobIds), nowNanos));
    }
  }

  /** Returns whether there is nothing to check. */
  public boolean isEmpty() {
    return open.isEmpty();
  }

  /** Returns the time until the next check; there must be something to check. */
  public Duration untilNextLook(long nowNanos) {
    long nanos =
        open.stream()
            .mapToLong(each -> each.lookAtNanos - nowNanos)
            .min()
            .orElseThrow(IllegalStateException::new);
    return Duration.ofNanos(Math.max(0, nanos));
  }

  /** Returns the jobs to check now: if one is there, so are all that were recorded with it. */
  public List<UUID> due(long nowNanos) {
    open.removeIf(each -> nowNanos - each.sinceNanos > PATIENCE.toNanos());
    return open.stream().filter(each -> each.isDue(nowNanos)).map(Recorded::first).toList();
  }

  /** Returns all jobs that were recorded together with some of these. */
  public List<UUID> recordedWith(Set<UUID> some) {
    return open.stream()
        .filter(each -> some.contains(each.first()))
        .flatMap(each -> each.jobIds.stream())
        .toList();
  }

  /**
   * Records a check of the due jobs. Those that were there are done, with all that were recorded
   * with them.
   *
   * @param there the due jobs that were there
   * @param nowNanos the time when they were due
   */
  public void looked(Set<UUID> there, long nowNanos) {
    open.removeIf(each -> there.contains(each.first()));
    open.stream().filter(each -> each.isDue(nowNanos)).forEach(each -> each.putOff(nowNanos));
  }
}
