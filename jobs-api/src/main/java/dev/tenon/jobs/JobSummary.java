package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A job as it appears in lists, as it was when it was read. It has no payload and no result,
 * because these may be large; {@link JobService#get} returns a {@link Job}, which has both.
 * Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobSummary {

  /**
   * The id, a UUID. It begins with a time in milliseconds, so ids sort by time: that of the
   * submission (version 7) or, for a job of a schedule, that of its run (version 8).
   */
  UUID id();

  /** The job type, by the name or alias that the job was submitted with. */
  String type();

  /** The version of the type that the job was submitted with. */
  int version();

  /** The status of the job. */
  JobStatus status();

  /** The priority. */
  JobPriority priority();

  /** The item that the job belongs to. */
  Optional<String> itemId();

  /** The headers that the job was submitted with, or has from its workflow. */
  Headers headers();

  /**
   * The value of a header; empty if the job does not have it.
   *
   * @throws JobsException if the stored value is not one of this header's type
   */
  default <T> Optional<T> header(Header<T> header) {
    return headers().get(header);
  }

  /** The name of the submitter, a user's id or the name of a program. */
  String submittedBy();

  /** The time of submission, by the database's clock. */
  Instant submittedAt();

  /**
   * The time when the job is or was due: the time of submission, the end of a delay, or the next
   * attempt. It is the last day of the year 9999 while the job waits for other tasks of its
   * workflow or for other jobs of its {@linkplain dev.tenon.jobs.annotation.Ordered line}, or its
   * workflow is paused.
   */
  Instant runAt();

  /** The number of attempts started so far. */
  int attempts();

  /** The maximum number of attempts of the job, including the first. */
  int maxAttempts();

  /** The number of attempts that lost their worker; they do not count as attempts. */
  int crashes();

  /** The progress that the handler last reported, 0 to 100. */
  int progress();

  /** The message that the handler last reported; empty if none, and after the job has completed. */
  Optional<String> progressMessage();

  /**
   * The error of the last attempt, or the rule that cancelled the job; empty if nothing went wrong.
   */
  Optional<JobError> error();

  /** The worker that runs it or ran it last; empty before the first attempt. */
  Optional<String> workerId();

  /** The time when the last attempt started; empty before the first. */
  Optional<Instant> startedAt();

  /** The time when the job ended; empty before that. */
  Optional<Instant> finishedAt();

  /** The time when somebody asked to cancel the job; empty if nobody did. */
  Optional<Instant> cancelRequestedAt();

  /**
   * The time that the first attempt of the job must start before, or it is cancelled as {@link
   * JobError.Reason#EXPIRED}. Empty if it may start at any time, has started or has ended, and
   * while a {@code startWithin} does not count yet because the job waits for other tasks of its
   * workflow.
   */
  Optional<Instant> startBefore();
}
