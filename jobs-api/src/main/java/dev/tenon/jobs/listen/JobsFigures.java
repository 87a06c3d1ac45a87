package dev.tenon.jobs.listen;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How much a runtime has to do. Asking costs nothing: what is read from the table is read in the
 * background, at most once in ten seconds, and only while somebody asks. Thread-safe.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
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
  Optional<Boolean> connectedToRabbitMq();

  /**
   * A worker.
   *
   * @param id its id
   * @param slots how many handlers may run at a time
   * @param slotsUsed how many slots are taken
   * @param waiting how many claimed jobs wait for a slot
   * @param unrecorded how many outcomes wait to be recorded
   * @param leaked how many handlers go on though their attempts are over
   */
  record Worker(String id, int slots, int slotsUsed, int waiting, int unrecorded, int leaked) {}

  /**
   * The jobs that are due and wait for a worker.
   *
   * @param readAt when that was read, by the clock of the runtime
   * @param types the types of which such jobs wait; the first 1,000 by name
   */
  record Backlog(Instant readAt, List<OfType> types) {

    /** Makes the list immutable. */
    public Backlog {
      types = List.copyOf(types);
    }
  }

  /**
   * The jobs of a type that are due and wait for a worker, paused types included.
   *
   * @param type the type, by the name under which the jobs were submitted
   * @param routingKey the routing key of the oldest
   * @param count how many there are; counted up to 10,000 for each priority, or in all if the type
   *     has limits
   * @param oldest how long the oldest has been due
   */
  record OfType(String type, String routingKey, long count, Duration oldest) {}

  /**
   * The state of the maintenance, which one process does for all.
   *
   * @param readAt when that was read, by the clock of the runtime
   * @param tasks the tasks, by name; empty until a process has done one
   * @param failingSchedules how many schedules cannot submit their jobs, paused ones left out
   */
  record Maintenance(Instant readAt, List<MaintenanceTask> tasks, int failingSchedules) {

    /** Makes the list immutable. */
    public Maintenance {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * A maintenance task.
   *
   * @param name the name, as in the health report
   * @param healthy whether the task is neither late nor has failed the last time
   * @param age how long ago the task was last done
   */
  record MaintenanceTask(String name, boolean healthy, Duration age) {}
}
