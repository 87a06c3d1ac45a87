package dev.tenon.jobs.listen;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The workload of a runtime. Reading it costs nothing: the table is read in the background, at most
 * once every ten seconds, and only while somebody reads the figures. Thread-safe.
 *
 * <p>Only Tenon implements it and its nested types: methods may be added in any release.
 */
public interface JobsFigures {

  /** The workers of this runtime, at this moment. */
  List<Worker> workers();

  /**
   * The jobs of all processes that are due and wait for a worker, as they were last read. Empty
   * until the first read, a moment after the first call; again after two minutes without a call;
   * and while the database does not answer.
   */
  Optional<Backlog> backlog();

  /**
   * The state of maintenance in all processes. It is read together with the backlog, and empty when
   * that is; a call of either method has both read.
   */
  Optional<Maintenance> maintenance();

  /**
   * The numbers of waits and steps in doubt in the handlers of all processes. They are read
   * together with the backlog, and empty when that is; a call of either method has both read.
   */
  Optional<Waits> waits();

  /**
   * The slots that the jobs of each type need, for autoscalers. They are read together with the
   * backlog, and empty when that is, or if they could not be read; a call of either method has both
   * read.
   */
  Optional<Slots> slots();

  /** Returns true if there is a connection to RabbitMQ; empty for a runtime without RabbitMQ. */
  Optional<Boolean> isConnectedToRabbitMq();

  /** A worker. */
  interface Worker {

    /** The id of the worker. */
    String id();

    /** The number of slots: how many handlers may run at a time. */
    int slots();

    /** The number of slots that are in use. */
    int slotsUsed();

    /** The number of claimed jobs that wait for a slot. */
    int waiting();

    /** The number of outcomes that wait to be recorded. */
    int unrecorded();

    /** The number of handlers that still run although their attempts have ended. */
    int leaked();
  }

  /** The jobs that are due and wait for a worker. */
  interface Backlog {

    /** The time when this was read, by the clock of the runtime. */
    Instant readAt();

    /** The types of such jobs; the first 1,000 by name. */
    List<OfType> types();
  }

  /** The jobs of a type that are due and wait for a worker, paused types included. */
  interface OfType {

    /** The type, by the name that the jobs were submitted with. */
    String type();

    /** The routing key of the oldest job. */
    String routingKey();

    /**
     * The number of jobs; counted up to 10,000 for each priority, or in total if the type has
     * limits.
     */
    long count();

    /** The time that the oldest job has been due. */
    Duration oldest();
  }

  /** The slots that the jobs of each type need. */
  interface Slots {

    /** The time when this was read, by the clock of the runtime. */
    Instant readAt();

    /**
     * The number of jobs of each type that should run at a time, if workers start within 30 s and
     * drain what is due within 30 s; a fraction if its jobs are few and short. Types with nothing
     * to do are missing.
     *
     * @see dev.tenon.jobs.operate.JobScaling
     */
    Map<String, Double> byType();
  }

  /** The number of waits, and of steps in doubt, in durable handlers. */
  interface Waits {

    /** The time when this was read, by the clock of the runtime. */
    Instant readAt();

    /** The number of waits for signals and of sleeps; counted up to 10,000. */
    long waiting();

    /** The number of steps that are in doubt; counted up to 10,000. */
    long inDoubt();

    /**
     * The age of the oldest signal that no handler has taken, of jobs that have not ended; empty if
     * there is none.
     */
    Optional<Duration> oldestSignal();
  }

  /** The state of maintenance, which one process does for all. */
  interface Maintenance {

    /** The time when this was read, by the clock of the runtime. */
    Instant readAt();

    /** The tasks, by name; empty until a process has run one. */
    List<MaintenanceTask> tasks();

    /** The number of schedules that cannot submit their jobs, without paused ones. */
    int failingSchedules();
  }

  /** A maintenance task. */
  interface MaintenanceTask {

    /** The name, as in the health report. */
    String name();

    /** Returns true if the task is not late and its last run did not fail. */
    boolean isHealthy();

    /** The time since the task was last run. */
    Duration age();
  }
}
