package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimStore.Held;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.OutcomeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles jobs that were claimed and did not arrive because there was no memory for them: the
 * worker runs them according to the table, but does not. They are released immediately, and for a
 * while jobs are claimed one by one. A job that was claimed alone is itself too large. That counts
 * as a crash, so that it fails in the end, like a job that crashes its workers. {@link #settle} is
 * for the claiming thread only.
 */
final class LostClaims {

  private static final Logger LOG = LoggerFactory.getLogger(LostClaims.class);

  /**
   * The minimum size of a payload that may be to blame; with a smaller one, something else uses up
   * the memory.
   */
  private static final int MIN_BYTES_TO_BLAME = 1024 * 1024;

  /** The time after memory ran out that jobs are claimed one by one. */
  static final Duration ONE_BY_ONE = Duration.ofMinutes(1);

  /** The delay of a job that is too large, so that others go first. */
  private static final Duration DELAY = Duration.ofSeconds(5);

  private final ClaimStore claims;
  private final OutcomeStore outcomes;
  private final String workerId;
  private final Set<UUID> running;
  private final ClaimsInProgress claimsInProgress;
  private final int maxCrashes;

  /** The time when memory ran out; null if it never has. */
  private volatile @Nullable Long ranOutNanos;

  /**
   * Creates the handling of lost claims.
   *
   * @param running the jobs that the worker runs, a live view
   * @param claimsInProgress the claims of the worker that are in progress
   * @param maxCrashes the number of crashes that fails a job
   */
  LostClaims(
      ClaimStore claims,
      OutcomeStore outcomes,
      String workerId,
      Set<UUID> running,
      ClaimsInProgress claimsInProgress,
      int maxCrashes) {
    this.claims = claims;
    this.outcomes = outcomes;
    this.workerId = workerId;
    this.running = running;
    this.claimsInProgress = claimsInProgress;
    this.maxCrashes = maxCrashes;
  }

  /** Returns the claims of the worker that are in progress, whose jobs may not be lost. */
  ClaimsInProgress claimsInProgress() {
    return claimsInProgress;
  }

  /** Returns whether jobs must be claimed one by one because memory has run out recently. */
  boolean isOneByOne() {
    Long nanos = ranOutNanos;
    return nanos != null && System.nanoTime() - nanos <= ONE_BY_ONE.toNanos();
  }

  /**
   * Releases the jobs that did not arrive because memory has run out while they were claimed.
   *
   * @param alone whether at most one was claimed
   * @param claim the claim that has failed, which is still in progress
   * @return what was done, for the log
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached; the
   *     heartbeat releases the jobs then
   */
  String settle(boolean alone, ClaimsInProgress.Claim claim) throws InterruptedException {
    ranOutNanos = System.nanoTime();
    // A job that ends during the query is in neither, and its lease has ended
    Set<UUID> known = Set.copyOf(running);
    List<Held> lost = new ArrayList<>(claims.held(workerId, known));
    // A job may be the next task of a workflow, which a recorder has claimed and is about to start
    claimsInProgress.awaitOthers(claim);
    lost.removeIf(held -> running.contains(held.lease().jobId()));
    if (alone && lost.size() == 1 && lost.get(0).payloadBytes() >= MIN_BYTES_TO_BLAME) {
      return blame(lost.get(0));
    }
    release(lost.stream().map(Held::lease).toList(), alone ? DELAY : Duration.ZERO);
    return "the claimed jobs are released, uncounted ("
        + lost.size()
        + "), and jobs are claimed one by one for a while; give the"
        + " process more memory (-Xmx), or the worker fewer slots";
  }

  /**
   * Releases claimed jobs that the worker will not start, before this returns.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached; the
   *     heartbeat releases the jobs then
   */
  void release(List<Lease> leases) {
    release(leases, Duration.ZERO);
  }

  private void release(List<Lease> leases, Duration delay) {
    if (!leases.isEmpty()) {
      Set<UUID> unused =
          outcomes.finish(
              leases.stream()
                  .<AttemptEnd>map(lease -> new AttemptEnd.Released(lease, delay))
                  .toList());
    }
  }

  private String blame(Held held) {
    String size = DisplayText.ofBytes(held.payloadBytes());
    String memory = DisplayText.ofBytes(Runtime.getRuntime().maxMemory());
    LOG.error(
        "The payload of job {} has {} and does not fit into the memory of worker {} (-Xmx {}). That"
            + " counts as a crash of the job, which fails after {} crashes.",
        held.lease().jobId(),
        size,
        workerId,
        memory,
        maxCrashes);
    outcomes.finish(
        List.of(
            new AttemptEnd.Crashed(
                held.lease(),
                AttemptFailure.of(
                    JobError.Reason.OUT_OF_MEMORY,
                    ("The payload has %s and does not fit into the memory of worker %s (-Xmx %s)."
                            + " After %d such crashes, the job is not run again. Give the worker more"
                            + " memory, then retry the job.")
                        .formatted(size, workerId, memory, maxCrashes)),
                maxCrashes,
                Duration.ZERO)));
    return "job " + held.lease().jobId() + " of " + size + " does not fit";
  }
}
