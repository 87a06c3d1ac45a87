package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.internal.codes.Codes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks whether a build of an application may go out: whether jobs would get stuck or fail because
 * nobody knows them any more. A rollback is checked in the same way. Thread-safe.
 *
 * <p>The build replaces the live workers of its modules; all other workers stay. The checks compare
 * what the build declares with what live workers have registered, and with the jobs that wait or
 * run, their steps and signals, and the schedules. They read all waiting and running jobs once,
 * which takes about a second for a million of them. Every method throws {@link JobStoreException}
 * if the database cannot be reached, and {@link JobStoreRefusedException} if PostgreSQL refuses the
 * request.
 */
public interface JobRollouts {

  /**
   * Checks the build of this process: the modules that its runtime knows, with the handlers of its
   * workers. The process has declared its types and schedules when it started, so check a build by
   * its {@linkplain #check(Collection) descriptions} before it goes out.
   *
   * @param handlers the handlers of workers that it has not started yet
   */
  Report check(JobHandlers... handlers);

  /**
   * Checks a build by the descriptions that the annotation processor has written for it.
   *
   * @param descriptions the contents of all files {@code META-INF/tenon/*.module.json} of the build
   * @throws IllegalArgumentException if there are none, or one of them cannot be read
   */
  Report check(Collection<String> descriptions);

  /** The versions of applications that live workers run, sorted by module and version. */
  List<RunningVersion> running();

  /** The answer to whether a build may go out. */
  enum Verdict {
    /** It may go out now. */
    GO("go"),
    /** It may go out after something that happens automatically, or by deploying something else. */
    AFTER("after"),
    /** It may not go out before it, or what is stored, is changed. */
    NO("no");

    private final String code;

    Verdict(String code) {
      this.code = code;
    }

    /** The verdict as it is shown. */
    public String code() {
      return code;
    }

    /**
     * The verdict with this code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Verdict ofCode(String code) {
      return Codes.find(values(), Verdict::code, code);
    }
  }

  /** The kinds of findings. */
  enum Kind {
    /** Jobs of a type that no worker would run any more. */
    UNKNOWN_TYPE("unknown_type"),
    /** Jobs of a newer version than any worker would know. */
    NEWER_VERSION("newer_version"),
    /** Jobs of an earlier version that the build cannot read: they would fail. */
    NO_UPCASTER("no_upcaster"),
    /** Live workers of an earlier version that the build cannot read jobs of. */
    VERSION_GAP("version_gap"),
    /** A version that no live worker knows, and the build has no handler for. */
    WORKERS_FIRST("workers_first"),
    /** Jobs that nobody knows even now. */
    ALREADY_UNKNOWN("already_unknown"),
    /** Live workers that will leave the jobs of the build to its own workers. */
    OLDER_WORKERS("older_workers"),
    /** Jobs with steps that the handler of the build does not have. */
    UNKNOWN_STEP("unknown_step"),
    /** Jobs in a wait or a sleep that the handler of the build does not have. */
    UNKNOWN_WAIT("unknown_wait"),
    /** Undelivered signals that the handler of the build does not wait for, or cannot read. */
    UNKNOWN_SIGNAL("unknown_signal"),
    /** Tasks of workflows whose payload is made by a method that the build does not have. */
    UNKNOWN_INPUT("unknown_input"),
    /** Schedules that the build does not declare any more. */
    SCHEDULE_ENDS("schedule_ends"),
    /** Schedules that were made at run time, whose jobs no worker could run. */
    SCHEDULE_UNREADABLE("schedule_unreadable"),
    /** Another limit under waiting jobs. */
    LIMIT_CHANGES("limit_changes"),
    /** Another unique key under waiting jobs. */
    UNIQUE_CHANGES("unique_changes"),
    /** Another order key under waiting jobs. */
    ORDER_CHANGES("order_changes"),
    /** Jobs with a routing key that the workers of the build do not take jobs from. */
    ROUTING_KEY("routing_key"),
    /** Another queue for the same routing key. */
    QUEUE_MOVES("queue_moves"),
    /** Migrations of Tenon's schema that lock tables. */
    MIGRATION("migration"),
    /** Rights that the build's user lacks. */
    RIGHTS("rights");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** The kind as it is shown. */
    public String code() {
      return code;
    }

    /**
     * The kind with this code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind ofCode(String code) {
      return Codes.find(values(), Kind::code, code);
    }
  }

  /** The result of a check. Only Tenon implements it. */
  interface Report {

    /** The strictest verdict of the findings; {@link Verdict#GO} if there are none. */
    Verdict verdict();

    /** The findings, the strictest first. */
    List<Finding> findings();
  }

  /** A finding. Only Tenon implements it. */
  interface Finding {

    /** The meaning for the rollout; {@link Verdict#GO} for a note. */
    Verdict verdict();

    /** The kind of the finding. */
    Kind kind();

    /** The job type, the schedule or the table that it is about. */
    String subject();

    /** The number of jobs, signals or tasks that are affected. */
    long jobs();

    /** The oldest of these jobs, at most three; empty if the finding is not about jobs. */
    List<UUID> oldest();

    /** The message: what was found, and what would happen. */
    String message();

    /** The way out. */
    String remedy();
  }

  /** A version of an application that live workers run. Only Tenon implements it. */
  interface RunningVersion {

    /** The generated class of its module. */
    String module();

    /** The version, as the application has given it; empty if it has not. */
    Optional<String> version();

    /** The ids of its live workers, sorted. */
    List<String> workers();

    /** The number of jobs that these workers run. */
    int runningJobs();

    /**
     * The check of a rollout, or of a rollback, to this version: what would be left behind if, of
     * all versions of the module, only this one continued.
     */
    Report alone();
  }
}
