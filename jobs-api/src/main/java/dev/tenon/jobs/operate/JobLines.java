package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.annotation.Ordered;
import dev.tenon.jobs.annotation.RetryOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The lines of jobs with an {@linkplain Ordered order}, for people who operate them: which keys are
 * blocked, and which jobs block them. Thread-safe. Every method throws {@link JobStoreException} if
 * the database cannot be reached.
 */
public interface JobLines {

  /**
   * The lines of a type that are blocked: their first job is not due, lets nobody pass, and others
   * wait behind it. Those whose first job is due last come first. Of all jobs that are first in a
   * line and not due, the 1,000 that are due last are looked at.
   *
   * @param type the name of the type
   * @param max the largest number of lines, 1 to 1,000
   * @throws IllegalArgumentException if {@code max} is out of range
   */
  List<Blocked> blocked(String type, int max);

  /**
   * The place of a job in its line; empty if it has ended, or is in no line.
   *
   * @throws JobNotFoundException if there is no such job
   */
  Optional<Place> place(UUID jobId);

  /**
   * Lets later jobs of its line pass a job while that waits for its next attempt or for its time,
   * as {@link RetryOrder#PASS} does for all jobs of a type. They still run one after another, and
   * never while the job runs.
   *
   * @param actor who decides it, and why; it is written to the audit
   * @return true if the job let nobody pass before
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the job has ended or is in no line
   * @throws IllegalArgumentException if the actor gives no reason
   */
  boolean letPass(UUID jobId, Actor actor);

  /** A line that is blocked. */
  interface Blocked {

    /** The name of the type. */
    String type();

    /** The key of the line; an empty string if all jobs of the type are in one line. */
    String key();

    /** The job that blocks it. */
    UUID jobId();

    /** The status of that job. */
    JobStatus status();

    /** The time when that job is due; empty if it waits for something without a time. */
    Optional<Instant> dueAt();

    /** The message of its last failure; empty if its last attempt did not fail. */
    Optional<String> lastError();

    /** The number of jobs behind it, counted up to 1,000. */
    int waiting();
  }

  /** The place of a job in its line. */
  interface Place {

    /** The key of the line; an empty string if all jobs of the type are in one line. */
    String key();

    /** Returns true if the job may start when it is due, or runs. */
    boolean isNext();

    /** Returns true if later jobs may run while the job waits for its time. */
    boolean isPassable();

    /** The number of jobs that were committed before it and have not ended, up to 1,000. */
    int before();

    /** The job of the line that may start next, or runs; empty if none does at the moment. */
    Optional<UUID> first();

    /** The earliest time that the job may start at, even if it is the next one. */
    Instant dueAt();
  }
}
