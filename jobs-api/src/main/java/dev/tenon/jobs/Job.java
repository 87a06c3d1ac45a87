package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it was when it was read. Immutable. {@link #toString()} leaves out payload and result,
 * so that they reach no log by accident.
 *
 * @param id the id, a UUID of version 7: ids sort by the time of submission
 * @param type the job type, by the name under which the job was submitted
 * @param version the version of the type with which the job was submitted
 * @param status the status of the job
 * @param priority how urgent it is
 * @param payload the payload as JSON
 * @param result what the handler returned, as JSON; null until then, and if it returned nothing
 * @param resultVersion the version of the type with which the result was written; null if the job
 *     has not completed
 * @param itemId the item that the job belongs to; null if none
 * @param submittedBy who submitted it
 * @param submittedAt when it was submitted
 * @param runAt when it is or was due: the time of submission, the end of a delay, or the next
 *     attempt
 * @param attempts the number of attempts started so far
 * @param maxAttempts the number of attempts in all
 * @param crashes how many attempts lost their worker; they do not count as attempts
 * @param progress 0 to 100, as the handler last reported it
 * @param progressMessage the message that the handler last reported; null if none, and after the
 *     job has completed
 * @param error what went wrong in the last attempt; null if nothing did
 * @param workerId the worker that runs it or ran it last; null before the first attempt
 * @param startedAt when the last attempt started; null before the first
 * @param finishedAt when the job ended; null before that
 * @param cancelRequestedAt when somebody asked to cancel it; null if nobody did
 */
public record Job(
    UUID id,
    String type,
    int version,
    JobStatus status,
    JobPriority priority,
    String payload,
    @Nullable String result,
    @Nullable Integer resultVersion,
    @Nullable String itemId,
    String submittedBy,
    Instant submittedAt,
    Instant runAt,
    int attempts,
    int maxAttempts,
    int crashes,
    int progress,
    @Nullable String progressMessage,
    @Nullable JobError error,
    @Nullable String workerId,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Instant cancelRequestedAt) {

  /** The job without its payload and its result. */
  @Override
  public String toString() {
    return "Job[id=%s, type=%s, status=%s, attempts=%d/%d, progress=%d]"
        .formatted(id, type, status.code(), attempts, maxAttempts, progress);
  }
}
