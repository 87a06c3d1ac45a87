package dev.tenon.jobs;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that has happened to a job, as {@link JobService#events} publishes it. Immutable. A
 * later version of Tenon may add kinds.
 */
public sealed interface JobEvent {

  /**
   * The position of the event among those of its job: an opaque string of ASCII characters without
   * spaces, up to 100. Given to {@link JobService#events(UUID, String)}, it asks for the events
   * after this one.
   */
  String id();

  /** The job. */
  UUID jobId();

  /**
   * The job has another status, or a further attempt has begun. Changes in quick succession may be
   * published as one: a job may go from pending to completed.
   *
   * @param id as {@link #id()}
   * @param jobId the job
   * @param status the status; after a terminal one, the publisher completes
   * @param attempt the number of attempts so far
   */
  record StatusChanged(String id, UUID jobId, JobStatus status, int attempt) implements JobEvent {

    /** Checks that nothing is null. */
    public StatusChanged {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(jobId, "jobId");
      Objects.requireNonNull(status, "status");
    }
  }

  /**
   * The job has reported progress. Of reports in quick succession, only the last one is published.
   *
   * @param id as {@link #id()}
   * @param jobId the job
   * @param percent 0 to 100; 0 when a further attempt begins
   * @param message what the job is doing; empty if it did not say
   */
  record Progressed(String id, UUID jobId, int percent, Optional<String> message)
      implements JobEvent {

    /** Checks that nothing is null. */
    public Progressed {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(jobId, "jobId");
      Objects.requireNonNull(message, "message");
    }
  }

  /**
   * The job has emitted a value. No value is left out. {@link EmittingJobs#emitted} publishes them
   * as Java values.
   *
   * @param id as {@link #id()}
   * @param jobId the job
   * @param entry the value, with {@link JobLogEntry#emitted()} and {@link JobLogEntry#run()}
   */
  record Emitted(String id, UUID jobId, JobLogEntry entry) implements JobEvent {

    /** Checks that nothing is null. */
    public Emitted {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(jobId, "jobId");
      Objects.requireNonNull(entry, "entry");
    }
  }

  /**
   * The job has written a line into its log. No line is left out.
   *
   * @param id as {@link #id()}
   * @param jobId the job
   * @param entry the line
   */
  record Logged(String id, UUID jobId, JobLogEntry entry) implements JobEvent {

    /** Checks that nothing is null. */
    public Logged {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(jobId, "jobId");
      Objects.requireNonNull(entry, "entry");
    }
  }
}
