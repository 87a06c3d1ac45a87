package dev.tenon.jobs.internal.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * Stands in for the class of this name: claims jobs from a callback. The worker never runs out of
 * memory.
 */
public final class ClaimStore {

  private final IntFunction<List<ClaimedJob>> table;

  /** Creates a store without jobs. */
  public ClaimStore() {
    this(limit -> List.of());
  }

  /**
   * Creates a store.
   *
   * @param table claims up to a number of jobs
   */
  public ClaimStore(IntFunction<List<ClaimedJob>> table) {
    this.table = table;
  }

  /** A job that a worker holds. */
  public record Held(Lease lease, int payloadBytes) {}

  /** Claims jobs. */
  public List<ClaimedJob> claimDue(
      String workerId, Map<String, Integer> types, int limit, long maxBytes) {
    return table.apply(limit);
  }

  /** Finds nothing. */
  public List<Held> held(String workerId, Collection<UUID> except) {
    return List.of();
  }
}
