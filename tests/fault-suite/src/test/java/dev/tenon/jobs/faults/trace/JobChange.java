package dev.tenon.jobs.faults.trace;

import dev.tenon.jobs.JobStatus;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change of a job's status, lease or worker, as PostgreSQL has committed it.
 *
 * @param number the position of the change; those of one job have the order in which they happened
 * @param job the job
 * @param status the status after it
 * @param lease the lease after it
 * @param worker the worker of the last attempt; null before the first one
 * @param cause the function of the database that has made it, or "statement"
 * @param message the message that the job's pointer is in; null if none is noted
 */
public record JobChange(
    long number,
    UUID job,
    JobStatus status,
    long lease,
    @Nullable String worker,
    String cause,
    @Nullable UUID message) {

  @Override
  public String toString() {
    return "%d: %s, lease %d, worker %s, by %s%s"
        .formatted(
            number,
            status.code(),
            lease,
            worker == null ? "none" : worker,
            cause,
            message == null ? "" : ", message " + message);
  }
}
