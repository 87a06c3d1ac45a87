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
 * What people who operate jobs look at: statistics over time, backlogs, failures of the same kind,
 * and workers. Every method is bounded in what it reads, whatever the number of jobs; none counts
 * the history. Thread-safe. Every method throws {@link JobStoreException} if the database cannot be
 * reached, and {@link JobStoreRefusedException} if PostgreSQL refuses what was asked for, such as
 * for lack of a right.
 *
 * <p>The process that does maintenance rolls up statistics and failures from the attempts that have
 * ended, so both are a few seconds late, and begin with the installation of the version of Tenon
 * that brought them.
 */
public interface JobMonitor {

  /**
   * How many attempts ended in a range of time, by interval, type and outcome: one entry for each
   * combination that there was, in the order of the times.
   */
  List<Activity> activity(Range range);

  /**
   * How many attempts ended in a range of time, by type and outcome: as {@link #activity}, with all
   * intervals taken together. Each entry has the beginning of the range as its time.
   */
  List<Activity> activityByType(Range range);

  /**
   * How many attempts ended in a range of time, by interval and outcome: as {@link #activity}, with
   * several types taken together. Each entry has an empty string as its type.
   *
   * @param types the names of the types whose attempts are counted; empty for all types
   */
  List<Activity> activityByInterval(Range range, Collection<String> types);

  /**
   * Jobs that wait, for each known type and each of its earlier names, sorted by name; one of which
   * none waits has 0. Paused types are there too.
   *
   * @param max counts no further for any type
   */
  List<Backlog> backlog(int max);

  /** How many jobs run, by type. */
  Map<String, Long> running();

  /**
   * Failures of the same kind in the hours of a range of time, those that failed last first. An
   * hour that the range has a part of counts as a whole.
   *
   * @param max how many groups at most
   */
  List<FailureGroup> failures(Range range, int max);

  /** Workers of all processes and languages, sorted by id, at most 1,000. */
  List<Worker> workers(WorkerQuery query);

  /**
   * Has a worker claim nothing more, while the jobs that it runs go on: from its next heartbeat on,
   * until it is {@linkplain #resumeWorker resumed} or its process ends. Jobs that it has claimed
   * and not started are released. A worker in another language that comes back with the same id is
   * still quieted, unless it has signed off.
   *
   * @param actor who does it, and why
   * @return whether there is such a worker
   * @throws IllegalArgumentException if the actor gives no reason
   */
  boolean quietWorker(String workerId, Actor actor);

  /**
   * Has a worker claim jobs again, from its next heartbeat on.
   *
   * @param actor who does it
   * @return whether there is such a worker
   */
  boolean resumeWorker(String workerId, Actor actor);

  /**
   * The payload and the result of a job for people to see: {@code ••••} stands in place of what is
   * {@link dev.tenon.jobs.annotation.Sensitive}. This process need not know the type of the job.
   * Everything is hidden if the type has not said yet what is sensitive, which it does when a
   * process that knows it starts; or if the job is of a version that has not said it, while another
   * version has sensitive values.
   */
  Masked masked(Job job);

  /**
   * Which values of a type's jobs are {@link dev.tenon.jobs.annotation.Sensitive}, by version, the
   * first version first. Empty if the type has not said it yet. This process need not know the
   * type.
   *
   * @param type the name of the type, or an earlier one
   */
  List<Sensitive> sensitive(String type);

  /**
   * The trace context with which a job was submitted, as {@link
   * JobListener.Submitting#traceContext()} gave it; empty if none was stored.
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
   * @param offset how many to pass over
   * @param limit how many at most, 1 to {@link JobQuery#MAX_LIMIT}
   * @throws IllegalArgumentException if the offset is negative or the limit out of range
   */
  List<JobSummary> workflowJobs(UUID workflowId, Collection<String> types, int offset, int limit);

  /** Which members of a workflow wait for which, at most 10,000 pairs. */
  List<Dependency> dependencies(UUID workflowId);

  /** What people have done by hand. */
  JobAudit audit();

  /**
   * A range of time, and in what intervals its statistics are read: of a minute, ten minutes, an
   * hour or six hours, counted from 1970 in UTC.
   *
   * @param from when it begins, at the beginning of an interval
   * @param to when it ends, at the end of an interval; what is at this time no longer belongs to it
   * @param interval the length of an interval
   */
  record Range(Instant from, Instant to, Duration interval) {

    /** How many intervals a range has at most. */
    public static final int MAX_INTERVALS = 300;

    private static final List<Duration> INTERVALS =
        List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6));

    /** For how long statistics in intervals of each length are kept. */
    private static final List<Duration> KEPT =
        List.of(Duration.ofHours(3), Duration.ofDays(3), Duration.ofDays(35), Duration.ofDays(35));

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the interval is another, if there are none or too many,
     *     or if it does not begin and end with an interval
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
                + " does not consist of intervals of "
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
     * The range in the shortest intervals of which there are at most {@link #MAX_INTERVALS}, and
     * whose statistics are still kept. It begins and ends with an interval, so it may be longer
     * than what was asked for.
     *
     * @param from when it has to begin, or earlier
     * @param to when it has to end, or later
     * @param now the time at present
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or if there are
     *     too many intervals of any length, as there are in 76 days
     */
    public static Range of(Instant from, Instant to, Instant now) {
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
     * The range that ends now: {@link #of} for the time since so long ago.
     *
     * @param length how long ago it begins, or earlier
     * @param now the time at present
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

    /** When the interval began. */
    Instant at();

    /** The type, by the name under which the jobs were submitted; empty for several types. */
    String type();

    /** How the attempts ended. */
    JobAttempt.Outcome outcome();

    /** How many. */
    long attempts();

    /** How long they ran, in all. */
    Duration run();

    /** How long the longest ran. */
    Duration maxRun();

    /** How long their jobs had been due when they started, in all. */
    Duration waited();

    /** How long at most. */
    Duration maxWaited();
  }

  /** What people may see of a job. Only Tenon implements it. */
  interface Masked {

    /** The payload as JSON. */
    String payload();

    /** The result as JSON; empty if there is none. */
    Optional<String> result();
  }

  /** Which values are sensitive in jobs of one version of a type. Only Tenon implements it. */
  interface Sensitive {

    /** The version. */
    int version();

    /** Which of the payload. */
    SensitivePaths payload();

    /** Which of the result. */
    SensitivePaths result();
  }

  /** The jobs of a type that wait. Only Tenon implements it. */
  interface Backlog {

    /** The type, by the name under which the jobs were submitted. */
    String type();

    /** How many, also those that are not due yet. */
    long jobs();

    /** When the job was due that has been due for longest; empty if none is due. */
    Optional<Instant> oldestDueAt();
  }

  /** Failed attempts of the same kind. Only Tenon implements it. */
  interface FailureGroup {

    /** The type, by the name under which the jobs were submitted. */
    String type();

    /**
     * What they have in common, for {@link JobQuery#withFingerprint}; empty if there was no
     * exception.
     */
    Optional<String> fingerprint();

    /** Why they count as failed. */
    JobError.Reason reason();

    /** The class of the last exception; empty if there was none. */
    Optional<String> errorClass();

    /** What it said, cut to 500 characters; empty if nothing. */
    Optional<String> errorMessage();

    /** How many attempts failed. */
    long failures();

    /** When the first hour began in which one failed. */
    Instant firstAt();

    /** When the last one failed. */
    Instant lastAt();

    /** The job of the last one, which may be kept no longer. */
    UUID lastJobId();

    /** How many failed in each hour with failures, by its beginning, in their order. */
    List<HourlyCount> byHour();
  }

  /**
   * A number in an hour.
   *
   * @param at when the hour began
   * @param count the number
   */
  record HourlyCount(Instant at, long count) {}

  /** A worker. Only Tenon implements it. */
  interface Worker {

    /** Its id. */
    String id();

    /** Where it runs. */
    String host();

    /** The id of its process. */
    long processId();

    /** How many jobs it runs at a time. */
    int concurrency();

    /** When it started. */
    Instant startedAt();

    /** When it was last heard of. */
    Instant heartbeatAt();

    /** Whether its heartbeat is recent enough. */
    boolean isLive();

    /** Its role in the database, if it is written in another language; otherwise empty. */
    Optional<String> role();

    /** The types that it runs, or that its role was granted. */
    List<String> types();

    /** The newest version that it knows of each; empty if it is written in another language. */
    Map<String, Integer> versions();

    /** Since when it {@linkplain #quietWorker claims nothing more}; empty if it does. */
    Optional<Instant> quietedAt();

    /**
     * The jobs that it runs, those that have run for longest first; at most 100, and 10,000 over
     * all workers.
     */
    List<RunningJob> running();
  }

  /** A job that runs. Only Tenon implements it. */
  interface RunningJob {

    /** Its id. */
    UUID id();

    /** Its type. */
    String type();

    /** When the attempt started. */
    Instant startedAt();
  }

  /** That a task of a workflow waits for another. Only Tenon implements it. */
  interface Dependency {

    /** The job or workflow that has to end. */
    UUID predecessor();

    /** The one that waits. */
    UUID successor();

    /** How the first has to end. */
    TaskCondition condition();

    /** Whether it has. */
    State state();

    /** Whether a task has become what another waits for. */
    enum State {
      /** It has not ended. */
      WAITING("waiting"),
      /** It has ended as it had to. */
      MET("met"),
      /** It has ended otherwise. */
      BROKEN("broken");

      private final String code;

      State(String code) {
        this.code = code;
      }

      /** How it is stored and shown. */
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
