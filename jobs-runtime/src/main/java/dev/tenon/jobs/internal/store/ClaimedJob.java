package dev.tenon.jobs.internal.store;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that a worker has claimed, and runs under the lease.
 *
 * @param lease the lease, without which no outcome is accepted
 * @param type its type, by the name under which it was submitted
 * @param version the version of the type with which it was submitted
 * @param attempt the number of the attempt, from 1
 * @param maxAttempts attempts in all
 * @param crashes attempts that have done their workers harm, or whose workers were lost
 * @param payload the payload as JSON
 * @param itemId what it belongs to
 * @param submittedBy who submitted it
 * @param isLimited whether it counts for a limit of its type
 * @param workflowId the workflow that it belongs to; null if it belongs to none
 * @param traceContext where it was submitted, for those who trace; null if nobody did
 * @param waited how long it had been due when it was claimed
 */
public record ClaimedJob(
    Lease lease,
    String type,
    int version,
    int attempt,
    int maxAttempts,
    int crashes,
    String payload,
    @Nullable String itemId,
    String submittedBy,
    boolean isLimited,
    @Nullable UUID workflowId,
    @Nullable String traceContext,
    Duration waited) {

  /** The job. */
  public UUID id() {
    return lease.jobId();
  }

  /** Whether it may end the process of its worker, as somebody's attempt has done before. */
  public boolean isSuspect() {
    return crashes > 0;
  }

  /** The job without its payload, for those who keep it longer than the payload is needed. */
  public ClaimedJob withoutPayload() {
    return new ClaimedJob(
        lease,
        type,
        version,
        attempt,
        maxAttempts,
        crashes,
        "",
        itemId,
        submittedBy,
        isLimited,
        workflowId,
        traceContext,
        waited);
  }
}
