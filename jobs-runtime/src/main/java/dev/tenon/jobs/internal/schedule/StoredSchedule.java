package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.Pause;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A schedule as it is stored. */
public record StoredSchedule(
    String name,
    String type,
    boolean isDeclared,
    Timing timing,
    ScheduleOptions options,
    Optional<Instant> nextRunAt,
    boolean hasEnded,
    Optional<Instant> waitingRunAt,
    Optional<Run> lastRun,
    Optional<Instant> leftOutAt,
    Optional<String> error,
    Optional<Pause> pause,
    Change created,
    Change changed)
    implements JobSchedule {

  /** A run that was submitted. */
  public record StoredRun(Instant at, UUID jobId) implements Run {}

  /** A change. */
  public record StoredChange(Instant at, Optional<String> by) implements Change {}
}
