package dev.tenon.jobs.internal.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the class of this name: what a worker runs according to the table. Between the look
 * and the answer, other threads may go on.
 */
public final class WorkerStore {

  private final Map<UUID, Lease> running = new LinkedHashMap<>();
  private final Runnable onTheWay;

  /**
   * Creates a store.
   *
   * @param onTheWay is called between a look at the table and its answer
   */
  public WorkerStore(Runnable onTheWay) {
    this.onTheWay = onTheWay;
  }

  /** A job that runs. */
  public record Running(Lease lease, boolean cancelRequested) {}

  /** The reply to a heartbeat. */
  public record Heard(List<Running> running, boolean isQuieted) {}

  /** The application of a worker. */
  public record Application(String module, @Nullable String version, String build) {}

  /** Changes the table: the worker runs this job. */
  public void starts(Lease lease) {
    running.put(lease.jobId(), lease);
  }

  /** Changes the table: the job no longer runs. */
  public void ends(Lease lease) {
    running.remove(lease.jobId());
  }

  /** Returns whether the worker runs the job under this lease. */
  public boolean runs(Lease lease) {
    return lease.equals(running.get(lease.jobId()));
  }

  /** Registers a worker. */
  public void register(
      String workerId,
      String host,
      long pid,
      int concurrency,
      Map<String, Integer> types,
      @Nullable Application application) {}

  /** Records a heartbeat. */
  public Optional<Heard> heartbeat(String workerId, boolean isDrained, Optional<Set<UUID>> among) {
    return Optional.of(new Heard(running(workerId, among), false));
  }

  /** Does nothing: no claim is forgotten. */
  public void forgetClaims(String workerId) {}

  /** Returns what runs. */
  public List<Running> running(String workerId, Optional<Set<UUID>> among) {
    List<Running> found = new ArrayList<>();
    for (Lease lease : running.values()) {
      if (among.isEmpty() || among.get().contains(lease.jobId())) {
        found.add(new Running(lease, false));
      }
    }
    onTheWay.run();
    return found;
  }
}
