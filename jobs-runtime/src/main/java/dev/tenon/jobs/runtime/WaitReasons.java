package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.flow.CountedStart;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.operate.WaitStore;
import dev.tenon.jobs.internal.workflow.WorkflowReadStore;
import dev.tenon.jobs.operate.JobTypeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out why jobs wait, from the table. Thread-safe. */
final class WaitReasons {

  private static final int MAX_HOLDERS = 10;

  /**
   * The delay that makes a message count as overdue: it will not be published in the next moments.
   */
  private static final Duration OVERDUE_AFTER = Duration.ofSeconds(5);

  private final WaitStore store;
  private final StepPages steps;
  private final OperatorStore types;
  private final WorkflowReadStore workflows;
  private final HealthStore health;
  private final Duration lostAfter;
  private final boolean publishes;

  /**
   * Creates the reader of reasons.
   *
   * @param steps reads what handlers wait for
   * @param lostAfter the time without a heartbeat that makes a worker count as lost
   * @param publishes true if messages about jobs are published to RabbitMQ
   */
  WaitReasons(
      WaitStore store,
      StepPages steps,
      OperatorStore types,
      WorkflowReadStore workflows,
      HealthStore health,
      Duration lostAfter,
      boolean publishes) {
    this.store = store;
    this.steps = steps;
    this.types = types;
    this.workflows = workflows;
    this.health = health;
    this.lostAfter = lostAfter;
    this.publishes = publishes;
  }

  /**
   * Finds out why a job waits; empty if it does not.
   *
   * @throws JobNotFoundException if there is no such job
   */
  Optional<WaitReason> of(UUID jobId) {
    WaitStore.WaitingJob job = store.find(jobId).orElseThrow(() -> new JobNotFoundException(jobId));
    if (job.status() != JobStatus.PENDING && job.status() != JobStatus.QUEUED) {
      return Optional.empty();
    }
    // A job that has failed waits for its next attempt
    Optional<WaitReason> awaited =
        job.runAt().isAfter(job.now()) && !job.hasFailed()
            ? steps.awaited(jobId).map(WaitReasons::awaited)
            : Optional.empty();
    if (job.isOrdered() && job.waitsForOthers()) {
      Optional<WaitReason> line = inLine(jobId);
      if (line.isPresent()) {
        return line;
      }
    }
    if (job.waitsForOthers()) {
      Optional<WaitReason> workflow =
          workflows.waiting(jobId, MAX_HOLDERS).map(WaitReasons::workflowReason);
      if (workflow.isPresent()
          && (awaited.isEmpty() || workflow.get() instanceof WaitReason.WorkflowPaused)) {
        return workflow;
      }
    }
    if (awaited.isPresent()) {
      return awaited;
    }
    if (job.runAt().isAfter(job.now())) {
      return Optional.of(new WaitReason.DueAt(job.runAt()));
    }
    @Nullable JobTypeState type = types.find(job.type()).orElse(null);
    if (type != null && type.pause().isPresent()) {
      return Optional.of(new WaitReason.Paused(type.type(), type.pause().get()));
    }
    HealthStore.Served served = health.served(lostAfter);
    if (!served.runs(job.type())) {
      return Optional.of(new WaitReason.NoWorker(job.type()));
    }
    int newest = served.newest(job.type());
    if (job.version() > newest) {
      return Optional.of(new WaitReason.UnknownVersion(job.type(), job.version(), newest));
    }
    Optional<WaitReason> limit = type == null ? Optional.empty() : limit(type, job);
    if (limit.isPresent()) {
      return limit;
    }
    if (publishes
        && job.limitKey() == null
        && job.status() == JobStatus.PENDING
        && !job.isParked()
        && job.publishAt().plus(OVERDUE_AFTER).isBefore(job.now())) {
      return Optional.of(new WaitReason.BrokerAway(job.publishAt()));
    }
    return Optional.of(new WaitReason.InQueue(job.isParked()));
  }

  private Optional<WaitReason> inLine(UUID jobId) {
    return store
        .placeInLine(jobId)
        .filter(found -> !found.place().isNext())
        .map(
            found ->
                new WaitReason.InLine(
                    found.place().key(),
                    found.place().before(),
                    found.place().first(),
                    Optional.ofNullable(found.firstDueAt())));
  }

  private static WaitReason awaited(StepPages.StoredRecord step) {
    return step.state() == JobStep.State.IN_DOUBT
        ? new WaitReason.StepInDoubt(
            step.name(), step.key(), Objects.requireNonNullElse(step.message(), ""))
        : new WaitReason.ForSignal(step.name(), step.signals(), Optional.ofNullable(step.until()));
  }

  private static WaitReason workflowReason(WorkflowReadStore.Waiting waiting) {
    return waiting.pause().isPresent() && waiting.predecessors().isEmpty()
        ? new WaitReason.WorkflowPaused(waiting.workflowId(), waiting.pause().get())
        : new WaitReason.AfterOthers(waiting.workflowId(), waiting.predecessors());
  }

  private Optional<WaitReason> limit(JobTypeState type, WaitStore.WaitingJob job) {
    JobLimits limits = type.effective().limits();
    String key = job.limitKey() == null ? "" : job.limitKey();
    List<String> names = new ArrayList<>(type.aliases());
    names.add(type.type());
    return overLimit(names, null, limits.maxConcurrent())
        .or(() -> overLimit(names, key, limits.maxConcurrentPerKey()))
        .or(() -> overRate(type.type(), null, limits.rates(), job))
        .or(() -> overRate(type.type(), key, limits.ratesPerKey(), job));
  }

  private Optional<WaitReason> overLimit(List<String> names, @Nullable String key, int limit) {
    if (limit == 0) {
      return Optional.empty();
    }
    List<UUID> running = store.running(names, key, Math.max(limit, MAX_HOLDERS));
    return running.size() < limit
        ? Optional.empty()
        : Optional.of(
            new WaitReason.OverLimit(
                Optional.ofNullable(key),
                limit,
                running.subList(0, Math.min(running.size(), MAX_HOLDERS))));
  }

  /** The rate that keeps a job waiting for the longest time. */
  private Optional<WaitReason> overRate(
      String type, @Nullable String key, List<Rate> rates, WaitStore.WaitingJob job) {
    if (rates.isEmpty()) {
      return Optional.empty();
    }
    List<CountedStart> starts = store.countedStarts(type, key);
    long cost = Objects.requireNonNullElse(job.cost(), 1L);
    return rates.stream()
        .flatMap(
            rate ->
                CountedStart.opening(rate, cost, starts, job.now()).stream()
                    .map(time -> new WaitReason.OverRate(Optional.ofNullable(key), rate, time)))
        .max(Comparator.comparing(WaitReason.OverRate::nextStart))
        .map(Function.identity());
  }
}
