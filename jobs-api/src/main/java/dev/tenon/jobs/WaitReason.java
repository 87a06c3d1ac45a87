package dev.tenon.jobs;

import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobMonitor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The reason why a job waits, as it was when {@link JobService#whyWaiting} was called: what has to
 * change first. Each kind has the details as values, and as a sentence in {@link #describe}.
 * Immutable.
 */
public sealed interface WaitReason {

  /**
   * A sentence for people that says why the job waits and, if something can be done about it, what.
   * Times are in UTC.
   */
  default String describe() {
    return describe(Instant::toString);
  }

  /**
   * The same sentence with times in another form, such as the time zone of the reader.
   *
   * @param timeFormat writes a time
   */
  String describe(Function<? super Instant, String> timeFormat);

  /**
   * The job is not due yet: it was submitted for later, or waits for its next attempt.
   *
   * @param time the time when it is due
   */
  record DueAt(Instant time) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "It is due at " + timeFormat.apply(time) + ".";
    }
  }

  /**
   * The handler of the job waits for a signal.
   *
   * @param name the name of the wait
   * @param signals the names of the signals that end it; empty if the handler only sleeps
   * @param until the time when the wait ends at the latest; empty if it has no maximum
   */
  record ForSignal(String name, List<String> signals, Optional<Instant> until)
      implements WaitReason {

    /** Makes the list immutable. */
    public ForSignal {
      signals = List.copyOf(signals);
    }

    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      Optional<String> time = until.map(timeFormat);
      String end = time.map(limit -> ", at most until " + limit).orElse("");
      return signals.isEmpty()
          ? "Its handler sleeps (%s) until %s.".formatted(name, time.orElse("somebody wakes it"))
          : "Its handler waits for the signal %s%s. 'tenon signal' and the dashboard can send it."
              .formatted(
                  signals.stream()
                      .map(signal -> "'" + signal + "'")
                      .collect(Collectors.joining(" or ")),
                  end);
    }
  }

  /**
   * A step of the job is in doubt, and a person has to decide what became of it.
   *
   * @param step the name of the step
   * @param key its key; empty for none
   * @param question what the person has to find out
   */
  record StepInDoubt(String step, String key, String question) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "Step '%s'%s is in doubt, and somebody has to decide whether it was done: %s"
          .formatted(step, key.isEmpty() ? "" : " (" + key + ")", question);
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
    public String describe(Function<? super Instant, String> timeFormat) {
      return predecessors.isEmpty()
          ? "It is a task of workflow %s, and its payload is being made from the results of earlier tasks. A process that knows its job type does that."
              .formatted(workflowId)
          : "It is a task of workflow %s, and waits for these to end: %s."
              .formatted(
                  workflowId,
                  predecessors.stream().map(UUID::toString).collect(Collectors.joining(", ")));
    }
  }

  /**
   * The job waits in a line: another job with the same key comes first.
   *
   * @param key the key of the line; an empty string if all jobs of the type are in one line
   * @param before the number of jobs that were committed before it and have not ended, counted up
   *     to 1,000
   * @param first the job that may start next, or runs; empty if none does at the moment
   * @param firstDueAt the time when that job is due, if it waits for a time
   */
  record InLine(String key, int before, Optional<UUID> first, Optional<Instant> firstDueAt)
      implements WaitReason {

    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      String line =
          key.isEmpty() ? "the jobs of its type" : "the jobs with the key '%s'".formatted(key);
      if (first.isEmpty()) {
        return "It waits in the line of %s, behind %d. The next one starts in a moment."
            .formatted(line, before);
      }
      String state =
          firstDueAt
              .map(time -> "which is due at " + timeFormat.apply(time))
              .orElse("which has to end first");
      return "It waits in the line of %s for job %s, %s.".formatted(line, first.get(), state);
    }
  }

  /**
   * Somebody has paused the workflow that the job belongs to.
   *
   * @param workflowId the workflow
   * @param pause the time of the pause, the actor and the reason
   */
  record WorkflowPaused(UUID workflowId, Pause pause) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "Workflow %s has been paused since %s by %s: %s"
          .formatted(workflowId, timeFormat.apply(pause.since()), pause.by(), pause.reason());
    }
  }

  /**
   * Somebody has paused the job's type.
   *
   * @param type the name of the type
   * @param pause the time of the pause, the actor and the reason
   */
  record Paused(String type, Pause pause) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "Job type '%s' has been paused since %s by %s: %s"
          .formatted(type, timeFormat.apply(pause.since()), pause.by(), pause.reason());
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
    public String describe(Function<? super Instant, String> timeFormat) {
      return "It waits for a worker: no live worker handles '%s'. Start one, or resume one that is quieted."
          .formatted(type);
    }
  }

  /**
   * Live workers run jobs of its type, but none of them knows the version of the job.
   *
   * @param type the name of the type
   * @param version the version of the job
   * @param knownVersion the newest version that a live worker knows
   */
  record UnknownVersion(String type, int version, int knownVersion) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "It waits for a newer worker: the job has version %d of '%s', and the live workers know %s. Deploy the new workers."
          .formatted(version, type, knownVersion == 1 ? "1" : "up to " + knownVersion);
    }
  }

  /**
   * The limit on running jobs is reached.
   *
   * @param key the key whose limit is reached; empty if it is the limit of the whole type
   * @param limit the largest number of jobs that may run at a time
   * @param holders the ids of jobs that run, at most ten
   */
  record OverLimit(Optional<String> key, int limit, List<UUID> holders) implements WaitReason {

    /** Makes the list immutable. */
    public OverLimit {
      holders = List.copyOf(holders);
    }

    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "It waits for a running job to end, because the limit %s is reached (%d at a time). Running now: %s."
          .formatted(
              ofKey(key),
              limit,
              holders.stream().map(UUID::toString).collect(Collectors.joining(", ")));
    }
  }

  /**
   * A rate has no room for the job.
   *
   * @param key the key whose rate it is; empty if it is that of the whole type
   * @param rate the rate
   * @param nextStart the time when the next job may start
   */
  record OverRate(Optional<String> key, Rate rate, Instant nextStart) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "It waits because the rate %s is reached (%s). The next job may start at %s."
          .formatted(ofKey(key), rate, timeFormat.apply(nextStart));
    }
  }

  /**
   * The message about the job should have been published and was not: RabbitMQ cannot be reached or
   * refuses messages, or no process does maintenance. Workers take the job from the table.
   *
   * @param overdueSince the time when the message should have been published
   */
  record BrokerAway(Instant overdueSince) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return "Its message should have been published at %s, but RabbitMQ has not accepted it. Workers poll the table and will find the job when they are idle. Look at the health report for the cause."
          .formatted(timeFormat.apply(overdueSince));
    }
  }

  /**
   * The job waits for a free slot; only other jobs keep it from starting.
   *
   * @param isParked true if a worker has parked the job, because it did not know the job's version
   *     or because the type was paused at that time
   */
  record InQueue(boolean isParked) implements WaitReason {
    @Override
    public String describe(Function<? super Instant, String> timeFormat) {
      return isParked
          ? "It waits for a free slot of a worker that knows its version. Another worker has parked"
              + " it, because it did not know the version or because the type was paused."
          : "It waits for its turn: the workers that run its type are busy with other jobs.";
    }
  }

  private static String ofKey(Optional<String> key) {
    return key.map(named -> "for jobs with the key '" + named + "'").orElse("for jobs of the type");
  }
}
