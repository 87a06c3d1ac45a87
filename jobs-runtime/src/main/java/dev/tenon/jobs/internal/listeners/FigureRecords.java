package dev.tenon.jobs.internal.listeners;

import dev.tenon.jobs.listen.JobsFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The records that make up the figures of a runtime. */
public final class FigureRecords {

  private FigureRecords() {}

  /** A worker. */
  public record Worker(String id, int slots, int slotsUsed, int waiting, int unrecorded, int leaked)
      implements JobsFigures.Worker {}

  /** The jobs that are due and wait for a worker. */
  public record Backlog(Instant readAt, List<JobsFigures.OfType> types)
      implements JobsFigures.Backlog {

    /** Makes the list immutable. */
    public Backlog {
      types = List.copyOf(types);
    }
  }

  /** The jobs of a type that are due and wait for a worker. */
  public record OfType(String type, String routingKey, long count, Duration oldest)
      implements JobsFigures.OfType {}

  /** The state of maintenance. */
  public record Maintenance(
      Instant readAt, List<JobsFigures.MaintenanceTask> tasks, int failingSchedules)
      implements JobsFigures.Maintenance {

    /** Makes the list immutable. */
    public Maintenance {
      tasks = List.copyOf(tasks);
    }
  }

  /** The slots that types need. */
  public record Slots(Instant readAt, Map<String, Double> byType) implements JobsFigures.Slots {

    /** Makes the map immutable. */
    public Slots {
      byType = Map.copyOf(byType);
    }
  }

  /** The numbers of waits and steps in doubt. */
  public record Waits(Instant readAt, long waiting, long inDoubt, Optional<Duration> oldestSignal)
      implements JobsFigures.Waits {}

  /** A maintenance task. */
  public record MaintenanceTask(String name, boolean isHealthy, Duration age)
      implements JobsFigures.MaintenanceTask {}
}
