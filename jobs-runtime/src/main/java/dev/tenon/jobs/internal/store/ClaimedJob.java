package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.Headers;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that a worker has claimed, and runs under the lease.
 *
 * @param lease the lease that every outcome must name
 * @param type its type, by the name that it was submitted with
 * @param version the version of the type when it was submitted
 * @param attempt the number of the attempt, from 1
 * @param maxAttempts the maximum number of attempts
 * @param crashes the number of attempts that crashed their workers, or whose workers were lost
 * @param payload the payload as JSON
 * @param itemId what it belongs to
 * @param submittedBy who submitted it
 * @param isLimited whether it counts towards a limit of its type
 * @param workflowId the workflow that it belongs to; null if it belongs to none
 * @param traceContext the trace context of its submit; null if that was not traced
 * @param headers its headers
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
    Headers headers,
    Duration waited) {

  /** The job. */
  public UUID id() {
    return lease.jobId();
  }

  /** Returns whether it may crash its worker, because an earlier attempt did. */
  public boolean isSuspect() {
    return crashes > 0;
  }

  /**
   * Returns the job without its payload, for callers that keep it longer than they need the
   * payload.
   */
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
        headers,
        waited);
  }
}
