package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.internal.codes.Codes;
import dev.tenon.jobs.listen.JobListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Statistics, backlogs, groups of failures, and workers, for people who operate jobs. Every method
 * reads a bounded amount of data, whatever the number of jobs; none scans the history. Thread-safe.
 * Every method throws {@link JobStoreException} if the database cannot be reached, and {@link
 * JobStoreRefusedException} if PostgreSQL refuses the request, for instance because a right is
 * missing.
 *
 * <p>The process that does maintenance rolls up statistics and failures from the attempts that have
 * ended, so both are a few seconds behind, and begin when a version of Tenon that keeps them was
 * installed.
 */
public interface JobMonitor {

  /**
   * Counts the attempts that ended in a range of time, by interval, type and outcome. There is one
   * entry for each combination that occurred, in the order of the times.
   */
  List<Activity> activity(Range range);

  /**
   * Counts the attempts that ended in a range of time, by type and outcome: like {@link #activity},
   * with all intervals added up. Each entry has the beginning of the range as its time.
   */
  List<Activity> activityByType(Range range);

  /**
   * Counts the attempts that ended in a range of time, by interval and outcome: like {@link
   * #activity}, with several types added up. Each entry has an empty string as its type.
   *
   * @param types the names of the types whose attempts are counted; empty for all types
   */
  List<Activity> activityByInterval(Range range, Collection<String> types);

  /**
   * Counts the waiting jobs of each known type and each of its earlier names, sorted by name. Types
   * without waiting jobs are included, with 0, and so are paused types.
   *
   * @param max the largest count for each type; counting stops there
   * @throws IllegalArgumentException if {@code max} is negative
   */
  List<Backlog> backlog(int max);

  /** Counts the running jobs, by type. */
  Map<String, Long> running();

  /**
   * Groups of failures of the same kind in the hours of a range of time, most recent first. An hour
   * that the range covers in part counts as a whole.
   *
   * @param types the names of the types whose failures are grouped; empty for all types
   * @param max the largest number of groups
   * @throws IllegalArgumentException if {@code max} is negative
   */
  List<FailureGroup> failures(Range range, Collection<String> types, int max);

  /**
   * Workers of all processes and languages, sorted by id. Of more than 1,000, the live ones are
   * returned before others.
   */
  List<Worker> workers(WorkerQuery query);

  /**
   * Quiets a worker: from its next heartbeat it claims no more jobs, until it is {@linkplain
   * #resumeWorker resumed} or its process ends. The jobs that it runs continue; jobs that it has
   * claimed and not started are released. A worker in another language that comes back with the
   * same id is still quieted, unless it has signed off.
   *
   * @param actor who quiets it, and why
   * @return true if there is such a worker
   * @throws IllegalArgumentException if the actor gives no reason
   */
  boolean quietWorker(String workerId, Actor actor);

  /**
   * Resumes a quieted worker: it claims jobs again from its next heartbeat.
   *
   * @param actor who resumes it
   * @return true if there is such a worker
   */
  boolean resumeWorker(String workerId, Actor actor);

  /**
   * The payload and the result of a job for people to see: {@code ••••} replaces values that are
   * {@link dev.tenon.jobs.annotation.Sensitive}. This process need not know the type of the job.
   * Everything is hidden while it is not recorded which values of the type are sensitive, which
   * happens when a process that knows the type starts. Everything is also hidden if that is not
   * recorded for the version of the job, and another version has sensitive values.
   */
  Masked masked(Job job);

  /**
   * The values of a type's jobs that are {@link dev.tenon.jobs.annotation.Sensitive}, by version,
   * oldest first. Empty if no process that knows the type has started yet. This process need not
   * know the type.
   *
   * @param type the name of the type, or an alias
   */
  List<Sensitive> sensitive(String type);

  /**
   * The trace context that a job was submitted with, as {@link
   * JobListener.Submitting#traceContext()} returned it; empty if none was stored.
   */
  Optional<String> traceContext(UUID jobId);

  /** The workflow that a job belongs to; empty if there is none. */
  Optional<UUID> workflowOf(UUID jobId);

  /** The ids of the workflows that are tasks of another, at most 1,000. */
  List<UUID> nested(UUID workflowId);

  /**
   * Jobs of a workflow, without those of workflows that are tasks of it: first those that failed,
   * then those that were cancelled, run, wait and have completed, each in the order of their ids.
   *
   * @param types the names of the types that may be among them; empty for all
   * @param offset the number of jobs to skip
   * @param limit the largest number of jobs, 1 to {@link JobQuery#MAX_LIMIT}
   * @throws IllegalArgumentException if the offset is negative or the limit out of range
   */
  List<JobSummary> workflowJobs(UUID workflowId, Collection<String> types, int offset, int limit);

  /** The dependencies between the members of a workflow, at most 10,000. */
  List<Dependency> dependencies(UUID workflowId);

  /** The check of rollouts: whether a build may go out, and what it would leave behind. */
  JobRollouts rollouts();

  /** The number of workers that are needed, for autoscalers. */
  JobScaling scaling();

  /** The record of changes made by hand. */
  JobAudit audit();

  /**
   * A range of time, and the intervals that its statistics are read in: a minute, ten minutes, an
   * hour or six hours, counted from 1970 in UTC.
   *
   * @param from the beginning, which is that of an interval
   * @param to the end, which is that of an interval; it is not part of the range itself
   * @param interval the length of an interval
   */
  record Range(Instant from, Instant to, Duration interval) {

    /** The largest number of intervals in a range. */
    public static final int MAX_INTERVALS = 300;

    private static final List<Duration> INTERVALS =
        List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6));

    /** The times that statistics are kept for, by the length of their intervals. */
    private static final List<Duration> KEPT =
        List.of(Duration.ofHours(3), Duration.ofDays(3), Duration.ofDays(35), Duration.ofDays(35));

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the interval is not one of these, if there are none or
     *     too many, or if the range does not begin and end with an interval
     */
    public Range {
      if (!INTERVALS.contains(interval)) {
        throw new IllegalArgumentException(
            "The interval is " + interval + "; it must be one of " + INTERVALS);
      }
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException(
            "The range begins at " + from + ", which is not before its end, " + to + ".");
      }
      if (!from.equals(floor(from, interval)) || !to.equals(floor(to, interval))) {
        throw new IllegalArgumentException(
            "The range from "
                + from
                + " to "
                + to
                + " does not consist of whole intervals of "
                + interval
                + ".");
      }
      if (Duration.between(from, to).dividedBy(interval) > MAX_INTERVALS) {
        throw new IllegalArgumentException(
            "The range from %s to %s has more than %d intervals of %s; ask for a shorter one."
                .formatted(from, to, MAX_INTERVALS, interval));
      }
    }

    /**
     * A range that covers the given times. It has the shortest intervals that are at most {@link
     * #MAX_INTERVALS} and have statistics that are still kept. It begins and ends with an interval,
     * so it may be longer than requested.
     *
     * @param from the time when it begins, or earlier
     * @param to the time when it ends, or later
     * @param now the current time
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or if the time has
     *     too many intervals whatever their length, as 76 days have
     */
    public static Range of(Instant from, Instant to, Instant now) {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException(
            "The range begins at %s, which is not before its end, %s.".formatted(from, to));
      }
      for (int i = 0; ; i++) {
        Duration interval = INTERVALS.get(i);
        Instant first = floor(from, interval);
        Instant last = floor(to.plus(interval).minusNanos(1), interval);
        boolean isKept = !first.isBefore(now.minus(KEPT.get(i)));
        boolean isShort = Duration.between(first, last).dividedBy(interval) <= MAX_INTERVALS;
        if ((isKept && isShort) || i == INTERVALS.size() - 1) {
          return new Range(first, last, interval);
        }
      }
    }

    /**
     * A range of the given length that ends now; see {@link #of}.
     *
     * @param length the length of the range, or more
     * @param now the current time
     * @throws IllegalArgumentException if the length is not positive, or too long
     */
    public static Range last(Duration length, Instant now) {
      return of(now.minus(length), now, now);
    }

    private static Instant floor(Instant time, Duration interval) {
      return Instant.ofEpochSecond(
          Math.floorDiv(time.getEpochSecond(), interval.toSeconds()) * interval.toSeconds());
    }
  }

  /** Attempts that ended in an interval of time with one outcome. Only Tenon implements it. */
  interface Activity {

    /** The time when the interval began. */
    Instant at();

    /** The type, by the name that the jobs were submitted with; empty for several types. */
    String type();

    /** The outcome of the attempts. */
    JobAttempt.Outcome outcome();

    /** The number of attempts. */
    long attempts();

    /** The total time that they ran. */
    Duration run();

    /** The time that the longest of them ran. */
    Duration maxRun();

    /** The total time that their jobs had been due when they started. */
    Duration waited();

    /** The longest time that one of their jobs had been due when it started. */
    Duration maxWaited();
  }

  /** The payload and the result of a job, without sensitive values. Only Tenon implements it. */
  interface Masked {

    /** The payload as JSON. */
    String payload();

    /** The result as JSON; empty if there is none. */
    Optional<String> result();
  }

  /** The sensitive values in jobs of one version of a type. Only Tenon implements it. */
  interface Sensitive {

    /** The version. */
    int version();

    /** The sensitive values of the payload. */
    SensitivePaths payload();

    /** The sensitive values of the result. */
    SensitivePaths result();
  }

  /** The jobs of a type that wait. Only Tenon implements it. */
  interface Backlog {

    /** The type, by the name that the jobs were submitted with. */
    String type();

    /** The number of waiting jobs, including those that are not due yet. */
    long jobs();

    /** The time when the oldest due job became due; empty if none is due. */
    Optional<Instant> oldestDueAt();
  }

  /** Failed attempts of the same kind. Only Tenon implements it. */
  interface FailureGroup {

    /** The type, by the name that the jobs were submitted with. */
    String type();

    /**
     * The fingerprint that they share, for {@link JobQuery#withFingerprint}; empty if there was no
     * exception.
     */
    Optional<String> fingerprint();

    /** The reason why they count as failed. */
    JobError.Reason reason();

    /** The class of the last exception; empty if there was none. */
    Optional<String> errorClass();

    /** The message of the last exception, cut to 500 characters; empty if there was none. */
    Optional<String> errorMessage();

    /** The number of failed attempts. */
    long failures();

    /** The beginning of the first hour with a failure. */
    Instant firstAt();

    /** The time of the last failure. */
    Instant lastAt();

    /** The id of the job that failed last, which may no longer be kept. */
    UUID lastJobId();

    /** The number of failures in each hour that has any, in the order of the hours. */
    List<HourlyCount> byHour();
  }

  /**
   * A number in an hour.
   *
   * @param at the beginning of the hour
   * @param count the number
   */
  record HourlyCount(Instant at, long count) {}

  /** A worker. Only Tenon implements it. */
  interface Worker {

    /** The id of the worker. */
    String id();

    /** The name of its host. */
    String host();

    /** The id of its process. */
    long processId();

    /** The largest number of jobs that it runs at a time. */
    int concurrency();

    /** The time when it started. */
    Instant startedAt();

    /** The time of its last heartbeat. */
    Instant heartbeatAt();

    /** Returns true if its heartbeat is recent enough. */
    boolean isLive();

    /** The database role of a worker in another language; empty for a worker in Java. */
    Optional<String> role();

    /** The types that it handles, or that its role was granted. */
    List<String> types();

    /** The newest version of each type that it knows; empty for a worker in another language. */
    Map<String, Integer> versions();

    /** The time when it was {@linkplain #quietWorker quieted}; empty if it is not quieted. */
    Optional<Instant> quietedAt();

    /**
     * Returns true if it is {@linkplain #quietWorker quieted} and has nothing left to do, so that
     * its process may be stopped. A Java worker says so with its heartbeats.
     */
    boolean isDrained();

    /** The version of its application; empty if it has not given one. */
    Optional<String> applicationVersion();

    /** The jobs that it runs, longest running first; at most 100, and 10,000 over all workers. */
    List<RunningJob> running();
  }

  /** A running job. Only Tenon implements it. */
  interface RunningJob {

    /** The id of the job. */
    UUID id();

    /** The type of the job. */
    String type();

    /** The time when the attempt started. */
    Instant startedAt();
  }

  /** A dependency: a task of a workflow waits for another. Only Tenon implements it. */
  interface Dependency {

    /** The job or workflow that has to end. */
    UUID predecessor();

    /** The job or workflow that waits. */
    UUID successor();

    /** The condition that the predecessor has to meet. */
    TaskCondition condition();

    /** The state of the condition. */
    State state();

    /** The state of a condition between two tasks. */
    enum State {
      /** The predecessor has not ended. */
      WAITING("waiting"),
      /** The predecessor has ended and met the condition. */
      MET("met"),
      /** The predecessor has ended and can no longer meet the condition. */
      BROKEN("broken");

      private final String code;

      State(String code) {
        this.code = code;
      }

      /** The state as it is stored and shown. */
      public String code() {
        return code;
      }

      /**
       * The state with this code.
       *
       * @throws IllegalArgumentException if there is none
       */
      public static State ofCode(String code) {
        return Codes.find(values(), State::code, code);
      }
    }
  }
}
