package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.operate.JobMonitor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows that the monitor reads. */
final class MonitorRows {

  private MonitorRows() {}

  /** Attempts that ended. */
  record Activity(
      Instant at,
      String type,
      JobAttempt.Outcome outcome,
      long attempts,
      Duration run,
      Duration maxRun,
      Duration waited,
      Duration maxWaited)
      implements JobMonitor.Activity {}

  /** The waiting jobs of a type. */
  record Backlog(String type, long jobs, Optional<Instant> oldestDueAt)
      implements JobMonitor.Backlog {}

  /** Attempts that failed. */
  record FailureGroup(
      String type,
      Optional<String> fingerprint,
      JobError.Reason reason,
      Optional<String> errorClass,
      Optional<String> errorMessage,
      long failures,
      Instant firstAt,
      Instant lastAt,
      UUID lastJobId,
      List<JobMonitor.HourlyCount> byHour)
      implements JobMonitor.FailureGroup {

    FailureGroup {
      byHour = List.copyOf(byHour);
    }
  }

  /** A worker. */
  record Worker(
      String id,
      String host,
      long processId,
      int concurrency,
      Instant startedAt,
      Instant heartbeatAt,
      boolean isLive,
      Optional<String> role,
      List<String> types,
      Map<String, Integer> versions,
      Optional<Instant> quietedAt,
      boolean isDrained,
      Optional<String> applicationVersion,
      List<JobMonitor.RunningJob> running)
      implements JobMonitor.Worker {

    Worker {
      types = List.copyOf(types);
      versions = Map.copyOf(versions);
      running = List.copyOf(running);
    }
  }

  /** A running job. */
  record RunningJob(UUID id, String type, Instant startedAt) implements JobMonitor.RunningJob {}

  /** A dependency between tasks. */
  record Dependency(UUID predecessor, UUID successor, TaskCondition condition, State state)
      implements JobMonitor.Dependency {}
}
