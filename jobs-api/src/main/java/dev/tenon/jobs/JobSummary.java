package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A job as it appears in lists, as it was when it was read: without payload and result, which may
 * be large; {@link JobService#get} gives a {@link Job}, which has those too. Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobSummary {

  /**
   * The id, a UUID that begins with a time in milliseconds, by which ids sort: the time of
   * submission (version 7), or for a job of a schedule the time of its run (version 8).
   */
  UUID id();

  /** The job type, by the name under which the job was submitted. */
  String type();

  /** The version of the type with which the job was submitted. */
  int version();

  /** The status of the job. */
  JobStatus status();

  /** How urgent it is. */
  JobPriority priority();

  /** The item that the job belongs to. */
  Optional<String> itemId();

  /** Who submitted it. */
  String submittedBy();

  /** When it was submitted. */
  Instant submittedAt();

  /**
   * When it is or was due: the time of submission, the end of a delay, or the next attempt. The
   * last day of the year 9999 while it waits for other tasks of its workflow, or its workflow is
   * paused.
   */
  Instant runAt();

  /** The number of attempts started so far. */
  int attempts();

  /** The number of attempts in all. */
  int maxAttempts();

  /** How many attempts lost their worker; they do not count as attempts. */
  int crashes();

  /** 0 to 100, as the handler last reported it. */
  int progress();

  /** The message that the handler last reported; empty if none, and after the job has completed. */
  Optional<String> progressMessage();

  /** What went wrong in the last attempt; empty if nothing did. */
  Optional<JobError> error();

  /** The worker that runs it or ran it last; empty before the first attempt. */
  Optional<String> workerId();

  /** When the last attempt started; empty before the first. */
  Optional<Instant> startedAt();

  /** When the job ended; empty before that. */
  Optional<Instant> finishedAt();

  /** When somebody asked to cancel it; empty if nobody did. */
  Optional<Instant> cancelRequestedAt();
}
