package dev.tenon.jobs;

import dev.tenon.jobs.operate.JobMonitor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Why a job waits, as it was when it was asked: {@link JobService#whyWaiting} gives what has to
 * change first. Each kind has the details, and says in {@link #describe} the same to people.
 * Immutable.
 */
public sealed interface WaitReason {

  /** A sentence that says why the job waits, and where that helps what to do about it. */
  String describe();

  /**
   * The job is not due yet: it was submitted for later, or waits for its next attempt.
   *
   * @param time when it is due
   */
  record DueAt(Instant time) implements WaitReason {
    @Override
    public String describe() {
      return "It is due at " + time + ".";
    }
  }

  /**
   * The job belongs to a workflow, and others have to end first.
   *
   * @param workflowId the workflow
   * @param predecessors the jobs, and the workflows, that it waits for; at most ten
   */
  record AfterOthers(UUID workflowId, List<UUID> predecessors) implements WaitReason {

    /** Makes the list immutable. */
    public AfterOthers {
      predecessors = List.copyOf(predecessors);
    }

    @Override
    public String describe() {
      return predecessors.isEmpty()
          ? "It is a task of workflow %s, and its payload is being made from the results of the tasks before it. That takes a process which knows its job type."
              .formatted(workflowId)
          : "It is a task of workflow %s, and waits for %s."
              .formatted(
                  workflowId,
                  predecessors.stream().map(UUID::toString).collect(Collectors.joining(", ")));
    }
  }

  /**
   * Somebody has paused the workflow that the job belongs to.
   *
   * @param workflowId the workflow
   * @param pause who has paused it, since when, and why
   */
  record WorkflowPaused(UUID workflowId, Pause pause) implements WaitReason {
    @Override
    public String describe() {
      return "Workflow %s is paused since %s by %s: %s"
          .formatted(workflowId, pause.since(), pause.by(), pause.reason());
    }
  }

  /**
   * Somebody has paused the job's type.
   *
   * @param type the name of the type
   * @param pause who has paused it, since when, and why
   */
  record Paused(String type, Pause pause) implements WaitReason {
    @Override
    public String describe() {
      return "Job type '%s' is paused since %s by %s: %s"
          .formatted(type, pause.since(), pause.by(), pause.reason());
    }
  }

  /**
   * No live worker, in whatever language, runs jobs of its type, or those that do are {@linkplain
   * JobMonitor#quietWorker quieted}.
   *
   * @param type the name of the type
   */
  record NoWorker(String type) implements WaitReason {
    @Override
    public String describe() {
      return "No live worker runs jobs of type '%s'. Start a worker with its handler, or resume one that is quieted."
          .formatted(type);
    }
  }

  /**
   * Live workers run jobs of its type, but none of them knows the version with which the job was
   * submitted.
   *
   * @param type the name of the type
   * @param version the version of the job
   * @param knownVersion the newest version that a live worker knows
   */
  record UnknownVersion(String type, int version, int knownVersion) implements WaitReason {
    @Override
    public String describe() {
      return "No live worker knows version %d of '%s'; they know %s. Deploy workers first."
          .formatted(version, type, knownVersion == 1 ? "1" : "up to " + knownVersion);
    }
  }

  /**
   * As many jobs run as may run at a time.
   *
   * @param key the key whose limit is reached; empty if it is that of the whole type
   * @param limit how many jobs may run at a time
   * @param holders the ids of jobs that run, at most ten
   */
  record OverLimit(Optional<String> key, int limit, List<UUID> holders) implements WaitReason {

    /** Makes the list immutable. */
    public OverLimit {
      holders = List.copyOf(holders);
    }

    @Override
    public String describe() {
      return "As many jobs %s run as may run at a time (%d), among them %s."
          .formatted(
              ofKey(key),
              limit,
              holders.stream().map(UUID::toString).collect(Collectors.joining(", ")));
    }
  }

  /**
   * As many jobs were started lately as may be started in a minute.
   *
   * @param key the key whose limit is reached; empty if it is that of the whole type
   * @param limit how many jobs may start in a minute
   * @param nextStart when the next one may be started
   */
  record OverRate(Optional<String> key, int limit, Instant nextStart) implements WaitReason {
    @Override
    public String describe() {
      return "As many jobs %s were started lately as may be started in a minute (%d); the next one may start at %s."
          .formatted(ofKey(key), limit, nextStart);
    }
  }

  /**
   * The message about the job should have been published and was not: RabbitMQ is away, or takes no
   * messages, or nobody does maintenance. Workers take the job from the table.
   *
   * @param overdueSince when the message should have been published
   */
  record BrokerAway(Instant overdueSince) implements WaitReason {
    @Override
    public String describe() {
      return "Its message should have been published at %s, and RabbitMQ has not taken it. Workers find the job in the table when they have nothing else to do; the health report says more."
          .formatted(overdueSince);
    }
  }

  /**
   * Nothing keeps it from being started except other jobs: it waits for a free slot.
   *
   * @param isParked whether a worker has parked it, since that does not know the job's version or
   *     since the type was paused at that time
   */
  record InQueue(boolean isParked) implements WaitReason {
    @Override
    public String describe() {
      return isParked
          ? "It waits for a free slot of a worker that knows its version; a worker that does not,"
              + " or that came while the type was paused, has parked it."
          : "It waits for its turn: the workers that run its type are busy with other jobs.";
    }
  }

  private static String ofKey(Optional<String> key) {
    return key.map(named -> "with the key '" + named + "'").orElse("of the type");
  }
}
