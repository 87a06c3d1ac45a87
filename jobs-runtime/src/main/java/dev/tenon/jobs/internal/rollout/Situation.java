package dev.tenon.jobs.internal.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The workers, jobs and schedules at the time of a check. Immutable.
 *
 * @param workers the live workers of all applications
 * @param types what was declared last for each type, by name
 * @param jobs the jobs that wait or run
 * @param progress what handlers have recorded, and wait for
 * @param schedules the schedules
 * @param usesRabbitMq whether jobs are published to RabbitMQ
 */
public record Situation(
    List<LiveWorker> workers,
    Map<String, Declared> types,
    List<JobGroup> jobs,
    Progress progress,
    List<ScheduleRow> schedules,
    boolean usesRabbitMq) {

  /** Copies. */
  public Situation {
    workers = List.copyOf(workers);
    types = Map.copyOf(types);
    jobs = List.copyOf(jobs);
    schedules = List.copyOf(schedules);
  }

  /**
   * A live worker.
   *
   * @param id its id
   * @param module the generated class of its module; null for a worker in another language
   * @param version the version of its application; null if it is not known
   * @param knows the types that it runs, each with the newest version that it knows
   * @param isQuieted whether it claims no more jobs
   * @param running the number of jobs that it runs
   * @param build the description of its build; null if it is not known
   */
  public record LiveWorker(
      String id,
      @Nullable String module,
      @Nullable String version,
      Map<String, Integer> knows,
      boolean isQuieted,
      int running,
      @Nullable BuildDescription build) {

    /** Copies. */
    public LiveWorker {
      knows = Map.copyOf(knows);
    }

    /** Returns whether it knows a version of a type, so that it may claim such a job. */
    boolean claims(String type, int jobVersion) {
      return knows.getOrDefault(type, 0) >= jobVersion;
    }

    /** Returns whether it can run a job of a version of a type. */
    boolean runs(String type, int jobVersion) {
      if (!claims(type, jobVersion)) {
        return false;
      }
      Optional<BuildDescription.TypeDescription> known =
          build == null ? Optional.empty() : build.handled(type);
      return known.map(each -> each.versions().reads(jobVersion)).orElse(true);
    }
  }

  /**
   * The last declaration of a type, without what operators have set.
   *
   * @param keys its limits, and the keys that its jobs get
   * @param queues its queues, by routing key
   */
  public record Declared(BuildDescription.Keys keys, Map<String, String> queues) {

    /** Copies. */
    public Declared {
      queues = Map.copyOf(queues);
    }
  }

  /**
   * Waiting and running jobs of a kind.
   *
   * @param type the name that they were submitted under
   * @param version the version that is needed to run them
   * @param routingKey their routing key
   * @param traits what else they have in common
   * @param waiting the number of those that wait
   * @param running the number of those that run
   * @param oldest the oldest of them
   */
  public record JobGroup(
      String type,
      int version,
      String routingKey,
      Traits traits,
      long waiting,
      long running,
      UUID oldest) {

    /** The number of jobs. */
    long jobs() {
      return waiting + running;
    }
  }

  /**
   * The traits that the jobs of a group have in common.
   *
   * @param isLimited whether they have a key of limits, and are not published
   * @param isOrdered whether they are in lines
   * @param isUnique whether they have a unique key
   */
  public record Traits(boolean isLimited, boolean isOrdered, boolean isUnique) {

    /** Neither of these. */
    public static final Traits NONE = new Traits(false, false, false);
  }

  /**
   * The records of handlers whose jobs have not ended, and the things that they wait for.
   *
   * @param records steps, waits, sleeps and tokens
   * @param signals signals that are not delivered
   * @param tasks tasks of workflows whose payload is not made
   */
  public record Progress(
      List<RecordGroup> records, List<SignalGroup> signals, List<TaskGroup> tasks) {

    /** No records. */
    public static final Progress NONE = new Progress(List.of(), List.of(), List.of());

    /** Copies. */
    public Progress {
      records = List.copyOf(records);
      signals = List.copyOf(signals);
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * Records of the same step, wait or sleep.
   *
   * @param type the type of the jobs
   * @param kind the kind, as it is stored
   * @param name the name of the step, wait or sleep
   * @param state the state, as it is stored
   * @param jobs the number of jobs
   * @param oldest the oldest of them
   */
  public record RecordGroup(
      String type, String kind, String name, String state, long jobs, UUID oldest) {}

  /**
   * Signals that are not delivered.
   *
   * @param type the type of the jobs
   * @param name the name of the signal
   * @param version the version that they were sent with
   * @param jobs the number of signals
   * @param oldest the oldest job
   */
  public record SignalGroup(String type, String name, int version, long jobs, UUID oldest) {}

  /**
   * Tasks whose payload is not made.
   *
   * @param type the type of the jobs
   * @param version the version of the draft
   * @param input the method that makes the payload
   * @param isForEach whether each task gets its jobs with their payloads; all others have their job
   *     already, which is also among the jobs
   * @param jobs the number of tasks
   * @param oldest the oldest of them
   */
  public record TaskGroup(
      String type, int version, String input, boolean isForEach, long jobs, UUID oldest) {}

  /**
   * A schedule.
   *
   * @param name its name
   * @param type the type of its jobs
   * @param version the version of its payload
   * @param isDeclared whether an application declares it; if not, it was made at run time
   * @param hasWaitingRun whether a run waits for an earlier one to end
   * @param nextRunAt the time of its next run; null if there is none yet
   */
  public record ScheduleRow(
      String name,
      String type,
      int version,
      boolean isDeclared,
      boolean hasWaitingRun,
      @Nullable Instant nextRunAt) {}
}
