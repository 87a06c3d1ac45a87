package dev.tenon.jobs.internal.signal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Jobs that were recorded in transactions of callers, and when it is looked whether these are
 * committed: soon where they are young, and less often the longer they last. All looks are at
 * multiples of one time, so that many transactions share them. What a call has recorded is
 * committed at once, so one of its jobs tells it. For one thread.
 */
public final class OpenTransactions {

  /** A fourth of how long the transaction has lasted, within these. */
  private static final Duration MIN_PAUSE = Duration.ofMillis(5);

  private static final Duration MAX_PAUSE = Duration.ofMillis(250);
  private static final int PAUSE_SHARE = 4;

  private static final long GRID_NANOS = Duration.ofMillis(20).toNanos();

  /** The relay finds what is committed later. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Recorded> open = new ArrayList<>();

  /** Jobs that one call has recorded, one at least. */
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

  /** A call has recorded jobs. */
  public void add(Collection<UUID> jobIds, long nowNanos) {
    if (!jobIds.isEmpty()) {
      open.add(new Recorded(List.copyOf(jobIds), nowNanos));
    }
  }

  /** Whether there is nothing to look for. */
  public boolean isEmpty() {
    return open.isEmpty();
  }

  /** How long until it is time to look; there is something to look for. */
  public Duration untilNextLook(long nowNanos) {
    long nanos =
        open.stream()
            .mapToLong(each -> each.lookAtNanos - nowNanos)
            .min()
            .orElseThrow(IllegalStateException::new);
    return Duration.ofNanos(Math.max(0, nanos));
  }

  /** The jobs for which to look now: if one is there, so are all that were recorded with it. */
  public List<UUID> due(long nowNanos) {
    open.removeIf(each -> nowNanos - each.sinceNanos > PATIENCE.toNanos());
    return open.stream().filter(each -> each.isDue(nowNanos)).map(Recorded::first).toList();
  }

  /** All jobs that were recorded together with some of these. */
  public List<UUID> recordedWith(Set<UUID> some) {
    return open.stream()
        .filter(each -> some.contains(each.first()))
        .flatMap(each -> each.jobIds.stream())
        .toList();
  }

  /**
   * It was looked for the jobs that were due. Those that were there, with all that were recorded
   * with them, are done.
   *
   * @param there which of those that were due
   * @param nowNanos the time for which they were due
   */
  public void looked(Set<UUID> there, long nowNanos) {
    open.removeIf(each -> there.contains(each.first()));
    open.stream().filter(each -> each.isDue(nowNanos)).forEach(each -> each.putOff(nowNanos));
  }
}
