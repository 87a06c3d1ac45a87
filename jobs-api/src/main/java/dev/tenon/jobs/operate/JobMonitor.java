package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.codes.Codes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What people who operate jobs look at: statistics over time, backlogs, failures of the same kind,
 * and workers. Every method is bounded in what it reads, whatever the number of jobs; none counts
 * the history. Thread-safe. Every method throws {@link JobStoreException} if the database cannot be
 * reached (those that search or count jobs also if it has not answered after two seconds), and
 * {@link JobStoreRefusedException} if PostgreSQL refuses what was asked for, such as for lack of a
 * right.
 *
 * <p>The process that does maintenance rolls up statistics and failures from the attempts that have
 * ended, so both are a few seconds late, and begin with the installation of the version of Tenon
 * that brought them.
 */
public interface JobMonitor {

  /**
   * How many attempts ended, by time, type and outcome: one entry for each combination that there
   * was, in the order of the times.
   */
  List<Activity> activity(Span span);

  /**
   * How many attempts ended in a range of time, by step, type and outcome, as {@link
   * #activity(Span)}.
   */
  List<Activity> activity(Range range);

  /**
   * How many attempts ended in a range of time, by type and outcome: as {@link #activity(Range)},
   * with all steps taken together. Each entry has the beginning of the range as its time.
   */
  List<Activity> activityByType(Range range);

  /**
   * How many attempts ended in a range of time, by step and outcome: as {@link #activity(Range)},
   * with several types taken together. Each entry has an empty string as its type.
   *
   * @param types the names of the types whose attempts are counted; empty for all types
   */
  List<Activity> activityByStep(Range range, Collection<String> types);

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
   * Failures of the same kind, the latest first.
   *
   * @param span how far back to look
   * @param max how many groups at most
   */
  List<FailureGroup> failures(Span span, int max);

  /**
   * Failures of the same kind in the hours of a range of time, those that failed last first. An
   * hour that the range has a part of counts as a whole.
   *
   * @param max how many groups at most
   */
  List<FailureGroup> failures(Range range, int max);

  /** Workers of all processes and languages, sorted by id, at most 1,000. */
  List<WorkerState> workers(WorkerQuery query);

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
   * A page of jobs as {@link JobService#list} gives it, or an exception after two seconds. For a
   * {@linkplain JobQuery#withErrorText text of the error} it looks at 20,000 jobs at most that meet
   * the rest of the query: the page may have few jobs or none, and still say where the next starts.
   * With {@link JobQuery#withSubmittedBefore}, it does not find jobs of a submitter whose clock is
   * more than ten minutes ahead.
   */
  Page<JobSummary> list(JobQuery query);

  /**
   * How many jobs the query asks for, over all of its pages.
   *
   * @param max counts no further
   */
  long count(JobQuery query, long max);

  /**
   * Those of the jobs with these ids that exist, in no particular order; at most {@link
   * JobQuery#MAX_LIMIT} ids.
   */
  List<JobSummary> find(Collection<UUID> jobIds);

  /**
   * New lines of the logs of some jobs, those of each job in their order.
   *
   * @param after for each job the position of the last line that is known; 0 for none
   * @param max how many lines at most of each job
   */
  List<LogLine> logs(Map<UUID, Long> after, int max);

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

  /** Over what time statistics are read, and in what steps. */
  enum Span {
    /** The last hour, by the minute. */
    HOUR(Duration.ofHours(1), Duration.ofMinutes(1)),
    /** The last day, in steps of ten minutes. */
    DAY(Duration.ofDays(1), Duration.ofMinutes(10)),
    /** The last seven days, by the hour. */
    WEEK(Duration.ofDays(7), Duration.ofHours(1));

    private final String code = name().toLowerCase(Locale.ROOT);
    private final Duration length;
    private final Duration step;

    Span(Duration length, Duration step) {
      this.length = length;
      this.step = step;
    }

    /** The span as it is shown, such as {@code hour}. */
    public String code() {
      return code;
    }

    /**
     * The span with the given code.
     *
     * @throws IllegalArgumentException if there is no such span
     */
    public static Span ofCode(String code) {
      return Codes.find(values(), Span::code, code);
    }

    /** How far back it reaches. */
    public Duration length() {
      return length;
    }

    /** The time from one entry to the next. */
    public Duration step() {
      return step;
    }
  }

  /**
   * A range of time, and in what steps its statistics are read: whole steps of a minute, ten
   * minutes, an hour or six hours, counted from 1970 in UTC.
   *
   * @param from when it begins, at the beginning of a step
   * @param to when it ends, at the end of a step; what is at this time no longer belongs to it
   * @param step the length of a step
   */
  record Range(Instant from, Instant to, Duration step) {

    /** How many steps a range has at most. */
    public static final int MAX_STEPS = 300;

    private static final List<Duration> STEPS =
        List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6));

    /** For how long statistics in steps of each length are kept. */
    private static final List<Duration> KEPT =
        List.of(Duration.ofHours(3), Duration.ofDays(3), Duration.ofDays(35), Duration.ofDays(35));

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the step is another, if there are no steps or too many,
     *     or if it does not begin and end with a step
     */
    public Range {
      if (!STEPS.contains(step)) {
        throw new IllegalArgumentException("The step is " + step + "; it must be one of " + STEPS);
      }
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException(
            "The range begins at " + from + ", which is not before its end, " + to + ".");
      }
      if (!from.equals(floor(from, step)) || !to.equals(floor(to, step))) {
        throw new IllegalArgumentException(
            "The range from " + from + " to " + to + " does not consist of steps of " + step + ".");
      }
      if (Duration.between(from, to).dividedBy(step) > MAX_STEPS) {
        throw new IllegalArgumentException(
            "The range from %s to %s has more than %d steps of %s; ask for a shorter one."
                .formatted(from, to, MAX_STEPS, step));
      }
    }

    /**
     * The range in the shortest steps of which there are at most {@link #MAX_STEPS}, and whose
     * statistics are still kept. It begins and ends with a step, so it may be longer than what was
     * asked for.
     *
     * @param from when it has to begin, or earlier
     * @param to when it has to end, or later
     * @param now the time at present
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or if there are
     *     too many steps of any length, as there are in 76 days
     */
    public static Range of(Instant from, Instant to, Instant now) {
      for (int i = 0; ; i++) {
        Duration step = STEPS.get(i);
        Instant first = floor(from, step);
        Instant last = floor(to.plus(step).minusNanos(1), step);
        boolean isKept = !first.isBefore(now.minus(KEPT.get(i)));
        boolean isShort = Duration.between(first, last).dividedBy(step) <= MAX_STEPS;
        if ((isKept && isShort) || i == STEPS.size() - 1) {
          return new Range(first, last, step);
        }
      }
    }

    private static Instant floor(Instant time, Duration step) {
      return Instant.ofEpochSecond(
          Math.floorDiv(time.getEpochSecond(), step.toSeconds()) * step.toSeconds());
    }
  }

  /**
   * The attempts of a type that ended in a step of time with one outcome.
   *
   * @param at the beginning of the step
   * @param type the type, by the name under which the jobs were submitted; empty for several types
   * @param outcome how the attempts ended
   * @param attempts how many
   * @param run how long they ran, in all
   * @param maxRun how long the longest ran
   * @param waited how long their jobs had been due when they started, in all
   * @param maxWaited how long at most
   */
  record Activity(
      Instant at,
      String type,
      JobAttempt.Outcome outcome,
      long attempts,
      Duration run,
      Duration maxRun,
      Duration waited,
      Duration maxWaited) {}

  /**
   * What people may see of a job.
   *
   * @param payload the payload as JSON
   * @param result the result as JSON; null if there is none
   */
  record Masked(String payload, @Nullable String result) {}

  /**
   * Which values are sensitive in jobs of one version of a type.
   *
   * @param version the version
   * @param payload which of the payload
   * @param result which of the result
   */
  record Sensitive(int version, SensitivePaths payload, SensitivePaths result) {}

  /**
   * The jobs of a type that wait.
   *
   * @param type the type, by the name under which the jobs were submitted
   * @param jobs how many, also those that are not due yet
   * @param oldestDueAt when the job was due that has been due for longest; null if none is due
   */
  record Backlog(String type, long jobs, @Nullable Instant oldestDueAt) {}

  /**
   * Failed attempts of the same kind.
   *
   * @param type the type, by the name under which the jobs were submitted
   * @param fingerprint what they have in common, for {@link JobQuery#withFingerprint}; null if
   *     there was no exception
   * @param reason why they count as failed
   * @param errorClass the class of the last exception; null if there was none
   * @param errorMessage what it said, cut to 500 characters; null if nothing
   * @param failures how many attempts failed
   * @param firstAt when the first hour began in which one failed
   * @param lastAt when the last one failed
   * @param lastJobId the job of the last one, which may be kept no longer
   * @param byHour how many failed in each hour with failures, by its beginning, in their order
   */
  record FailureGroup(
      String type,
      @Nullable String fingerprint,
      JobError.Reason reason,
      @Nullable String errorClass,
      @Nullable String errorMessage,
      long failures,
      Instant firstAt,
      Instant lastAt,
      UUID lastJobId,
      List<HourlyCount> byHour) {

    /** Makes the list immutable. */
    public FailureGroup {
      byHour = List.copyOf(byHour);
    }
  }

  /**
   * A number in an hour.
   *
   * @param at when the hour began
   * @param count the number
   */
  record HourlyCount(Instant at, long count) {}

  /**
   * A worker.
   *
   * @param id its id
   * @param host where it runs
   * @param processId the id of its process
   * @param concurrency how many jobs it runs at a time
   * @param startedAt when it started
   * @param heartbeatAt when it was last heard of
   * @param isAlive whether its heartbeat is recent enough
   * @param role its role in the database, if it is written in another language; else null
   * @param types the types that it runs, or that its role was granted
   * @param versions the newest version that it knows of each; empty if it is written in another
   *     language
   * @param quietedAt since when it {@linkplain #quietWorker claims nothing more}; null if it does
   * @param running the jobs that it runs, the longest first; at most 100, and 10,000 over all
   *     workers
   */
  record WorkerState(
      String id,
      String host,
      long processId,
      int concurrency,
      Instant startedAt,
      Instant heartbeatAt,
      boolean isAlive,
      @Nullable String role,
      List<String> types,
      Map<String, Integer> versions,
      @Nullable Instant quietedAt,
      List<RunningJob> running) {

    /** Makes the lists and the map immutable. */
    public WorkerState {
      types = List.copyOf(types);
      versions = Map.copyOf(versions);
      running = List.copyOf(running);
    }
  }

  /**
   * A job that runs.
   *
   * @param id its id
   * @param type its type
   * @param startedAt when the attempt started
   */
  record RunningJob(UUID id, String type, Instant startedAt) {}

  /**
   * That a task of a workflow waits for another.
   *
   * @param predecessor the job or workflow that has to end
   * @param successor the one that waits
   * @param condition how it has to end, such as {@code succeeded}
   * @param state {@code waiting}, {@code met} or {@code broken}
   */
  record Dependency(UUID predecessor, UUID successor, String condition, String state) {}

  /**
   * A line of a job's log, and where it is.
   *
   * @param position grows with every line
   * @param entry the line
   */
  record LogLine(long position, JobLogEntry entry) {}
}
