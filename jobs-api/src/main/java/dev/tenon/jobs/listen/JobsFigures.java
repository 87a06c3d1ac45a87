package dev.tenon.jobs.listen;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How much a runtime has to do. Asking costs nothing: what is read from the table is read in the
 * background, at most once in ten seconds, and only while somebody asks. Thread-safe.
 *
 * <p>Only Tenon implements it and what it consists of: methods may be added in any release.
 */
public interface JobsFigures {

  /** The workers of this runtime, at this moment. */
  List<Worker> workers();

  /**
   * The jobs that are due and wait for a worker, of all processes, when they were last read. Empty
   * until the first read, a moment after somebody first asks; again after two minutes in which
   * nobody asked; and while the database does not answer.
   */
  Optional<Backlog> backlog();

  /**
   * The state of the maintenance of all processes, read together with the backlog and empty when
   * that is. Asking for either has both read.
   */
  Optional<Maintenance> maintenance();

  /** Whether there is a connection to RabbitMQ; empty for a runtime without RabbitMQ. */
  Optional<Boolean> isConnectedToRabbitMq();

  /** A worker. */
  interface Worker {

    /** Its id. */
    String id();

    /** How many handlers may run at a time. */
    int slots();

    /** How many slots are taken. */
    int slotsUsed();

    /** How many claimed jobs wait for a slot. */
    int waiting();

    /** How many outcomes wait to be recorded. */
    int unrecorded();

    /** How many handlers go on though their attempts are over. */
    int leaked();
  }

  /** The jobs that are due and wait for a worker. */
  interface Backlog {

    /** When that was read, by the clock of the runtime. */
    Instant readAt();

    /** The types of which such jobs wait; the first 1,000 by name. */
    List<OfType> types();
  }

  /** The jobs of a type that are due and wait for a worker, paused types included. */
  interface OfType {

    /** The type, by the name under which the jobs were submitted. */
    String type();

    /** The routing key of the oldest. */
    String routingKey();

    /**
     * How many there are; counted up to 10,000 for each priority, or in all if the type has limits.
     */
    long count();

    /** How long the oldest has been due. */
    Duration oldest();
  }

  /** The state of the maintenance, which one process does for all. */
  interface Maintenance {

    /** When that was read, by the clock of the runtime. */
    Instant readAt();

    /** The tasks, by name; empty until a process has done one. */
    List<MaintenanceTask> tasks();

    /** How many schedules cannot submit their jobs, paused ones left out. */
    int failingSchedules();
  }

  /** A maintenance task. */
  interface MaintenanceTask {

    /** The name, as in the health report. */
    String name();

    /** Whether the task is neither late nor has failed the last time. */
    boolean isHealthy();

    /** How long ago the task was last done. */
    Duration age();
  }
}
