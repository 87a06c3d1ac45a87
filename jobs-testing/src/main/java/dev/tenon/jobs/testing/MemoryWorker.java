package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.values.JsonProperty;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs jobs that are kept in memory, in the thread that asks for it. */
final class MemoryWorker {

  private static final int MAX_ATTEMPTS = 10_000;

  private final MemoryBindings bindings;
  private final MemoryTable table;
  private final MemorySchedules schedules;
  private final TestClock clock;
  private final SizeLimits limits;
  private final @Nullable DataSource stepDataSource;

  /** The thread that runs jobs; null if none does. */
  private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

  MemoryWorker(
      MemoryBindings bindings,
      MemoryTable table,
      MemorySchedules schedules,
      TestClock clock,
      SizeLimits limits,
      @Nullable DataSource stepDataSource) {
    this.bindings = bindings;
    this.table = table;
    this.schedules = schedules;
    this.clock = clock;
    this.limits = limits;
    this.stepDataSource = stepDataSource;
  }

  /** Forgets all jobs and schedules. */
  void clear() {
    alone(
        () -> {
          table.clear();
          schedules.clear();
          return 0;
        });
  }

  /** Makes one attempt at a job. */
  void run(UUID id) {
    alone(
        () -> {
          attempt(id);
          return 1;
        });
  }

  /** Runs what is due. */
  int drain() {
    return alone(() -> drain(0));
  }

  /** Turns the clock forward, and runs everything at its time. */
  int advanceTo(Instant target) {
    return alone(
        () -> {
          int attempts = drain(0);
          for (Optional<Instant> next = next();
              next.isPresent() && !next.get().isAfter(target);
              next = next()) {
            if (next.get().isAfter(clock.instant())) {
              clock.advanceTo(next.get());
            }
            attempts = drain(attempts);
          }
          // A handler may have turned the clock further
          if (clock.instant().isBefore(target)) {
            clock.advanceTo(target);
            maintain();
          }
          return attempts;
        });
  }

  /** Turns the clock forward and runs everything at its time, until a job has ended. */
  void advanceUntilEnd(UUID id, Instant target) {
    int unused =
        alone(
            () -> {
              int attempts = 0;
              while (table.with(id, job -> !job.status().isTerminal())) {
                Optional<Instant> next = next();
                if (next.isEmpty() || next.get().isAfter(target) || attempts >= MAX_ATTEMPTS) {
                  clock.advanceTo(target.isBefore(clock.instant()) ? clock.instant() : target);
                  return attempts;
                }
                if (next.get().isAfter(clock.instant())) {
                  clock.advanceTo(next.get());
                }
                schedules.fireDue();
                maintain();
                attempts += table.nextDue(bindings::has).map(this::attemptBatch).orElse(1);
              }
              return attempts;
            });
  }

  private Optional<Instant> next() {
    return Stream.of(table.nextDueTime(bindings::has), schedules.nextRun(), table.nextExpiry())
        .flatMap(Optional::stream)
        .min(Instant::compareTo);
  }

  private int drain(int before) {
    int attempts = before;
    schedules.fireDue();
    maintain();
    for (Optional<UUID> next = table.nextDue(bindings::has);
        next.isPresent();
        next = table.nextDue(bindings::has)) {
      if (attempts >= MAX_ATTEMPTS) {
        throw new IllegalStateException(
            "%,d attempts were made and jobs are still due, the next one of type '%s'. A job submits itself again, or is put off, without a delay; run single jobs with run(id), or give it a delay."
                .formatted(MAX_ATTEMPTS, table.with(next.get(), MemoryJob::type)));
      }
      attempts += attemptBatch(next.get());
      // A run may have waited for this job to end, and its handler may have turned the clock
      schedules.fireDue();
      maintain();
    }
    return attempts;
  }

  /** Does what maintenance does, and tells those who await jobs. */
  private void maintain() {
    table.maintain();
    table.completeWaits();
  }

  private interface Work {
    int run();
  }

  private int alone(Work work) {
    if (!runner.compareAndSet(null, Thread.currentThread())) {
      throw new IllegalStateException(
          "A job runs, and another one cannot be run in the meantime. Handlers submit jobs, and"
              + " leave it to the test to run them.");
    }
    try {
      return work.run();
    } finally {
      runner.set(null);
    }
  }

  private void attempt(UUID id) {
    maintain();
    JobBinding<?, ?> found = table.with(id, job -> bindings.find(job.type())).orElse(null);
    if (found != null && found.batch().isPresent()) {
      attempt(found, List.of(id));
      return;
    }
    Claimed claimed = table.with(id, this::claim);
    table.completeWaits();
    AttemptEnd end =
        claimed
            .attempt()
            .run(claimed.binding(), reports(id, claimed.binding().definition()), () -> {});
    boolean unused = table.with(id, job -> job.finish(end, clock.instant()));
    table.completeWaits();
  }

  /** Runs a job, together with others that are due if its handler takes batches. */
  private int attemptBatch(UUID first) {
    JobBinding<?, ?> binding = table.with(first, job -> bindings.find(job.type())).orElse(null);
    if (binding == null || binding.batch().isEmpty()) {
      attempt(first);
      return 1;
    }
    BatchRule<?> rule = binding.batch().get().rule();
    List<UUID> ids =
        table.dueWith(
            first,
            binding.definition()::isNamed,
            job -> rule.property().map(name -> JsonProperty.text(job.payload(), name)).orElse(""),
            rule.maxJobs());
    attempt(binding, ids);
    return ids.size();
  }

  private void attempt(JobBinding<?, ?> binding, List<UUID> ids) {
    List<OneBatch.Part> parts = new ArrayList<>();
    for (UUID id : ids) {
      OneAttempt attempt = table.with(id, this::claim).attempt();
      parts.add(new OneBatch.Part(attempt, reports(id, binding.definition()), () -> {}));
    }
    table.completeWaits();
    OneBatch.run(binding, limits, parts);
    for (int i = 0; i < ids.size(); i++) {
      AttemptEnd end = parts.get(i).attempt().end();
      boolean unused = table.with(ids.get(i), job -> job.finish(end, clock.instant()));
    }
    table.completeWaits();
  }

  private record Claimed(OneAttempt attempt, JobBinding<?, ?> binding) {}

  private Claimed claim(MemoryJob job) {
    JobBinding<?, ?> binding =
        bindings
            .find(job.type())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Job %s of type '%s' has no handler; there are handlers for %s. Make the jobs with the handlers: InMemoryJobs.of(handlers)."
                            .formatted(
                                job.id(),
                                job.type(),
                                bindings.types().isEmpty() ? "no types" : bindings.types())));
    if (!job.isWaiting()) {
      throw new IllegalStateException(
          "Job %s of type '%s' is %s; only a waiting job can be run."
              .formatted(job.id(), job.type(), job.status().code()));
    }
    ClaimedJob claimed = job.claim(clock.instant());
    AttemptRecords records =
        new AttemptRecords(
            job.steps(),
            clock,
            () -> table.with(claimed.id(), each -> each.isHeld(claimed.lease())),
            stepDataSource);
    OneAttempt attempt = new OneAttempt(claimed, clock, limits, records);
    job.runs(attempt);
    return new Claimed(attempt, binding);
  }

  private ReportSink reports(UUID id, JobDefinition<?, ?> definition) {
    return new ReportSink() {
      @Override
      public void log(LogLine line) {
        table.with(
            id,
            job -> {
              job.log(KeptEntries.line(line, job.log().size() + 1));
              return id;
            });
        table.completeWaits();
      }

      @Override
      public void emit(LogLine value, BooleanSupplier isOver) {
        SensitivePaths sensitive =
            definition.emitted().map(ValueDefinition::sensitive).orElse(SensitivePaths.NONE);
        boolean unused = table.with(id, job -> job.emit(value, sensitive));
        table.completeWaits();
      }

      @Override
      public void progress(ProgressReport report) {
        boolean unused =
            table.with(id, job -> job.progress(report.lease(), report.percent(), report.message()));
        table.completeWaits();
      }
    };
  }

  private static WaitReason waitReason(StoredStep step) {
    return step.state() == JobStep.State.IN_DOUBT
        ? new WaitReason.StepInDoubt(
            step.name(), step.key(), Objects.requireNonNullElse(step.message(), ""))
        : new WaitReason.ForSignal(step.name(), step.signals(), Optional.ofNullable(step.until()));
  }

  /** The reason why a job waits; empty if it does not. */
  Optional<WaitReason> whyWaiting(MemoryJob job) {
    if (!job.isWaiting()) {
      return Optional.empty();
    }
    if (job.runAt().isAfter(clock.instant())) {
      return Optional.of(
          job.steps()
              .holdup()
              .map(MemoryWorker::waitReason)
              .orElseGet(() -> new WaitReason.DueAt(job.runAt())));
    }
    Optional<WaitReason> line = table.waitsInLine(job);
    if (line.isPresent()) {
      return line;
    }
    return Optional.of(
        bindings.has(job.type())
            ? new WaitReason.InQueue(false)
            : new WaitReason.NoWorker(job.type()));
  }
}
