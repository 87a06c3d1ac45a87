package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.values.JsonProperty;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
          schedules.clear();
          table.clear();
          return 0;
        });
  }

  /** Makes one attempt at a job. */
  void run(UUID id) {
    int unused =
        running(
            () -> {
              boolean unusedToo = maintain();
              return attempt(claimOne(id));
            });
  }

  /** Runs what is due. */
  int drain() {
    return running(() -> drain(0));
  }

  /** Turns the clock forward, and runs everything at its time. */
  int advanceTo(Instant target) {
    return running(
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
            settle();
          }
          return attempts;
        });
  }

  /** Turns the clock forward and runs everything at its time, until a job has ended. */
  void advanceUntilEnd(UUID id, Instant target) {
    int unused =
        running(
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
                settle();
                attempts += claimNext(attempts).map(this::attempt).orElse(1);
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
    settle();
    for (Optional<Claimed> next = claimNext(attempts);
        next.isPresent();
        next = claimNext(attempts)) {
      attempts += attempt(next.get());
      // A run may have waited for this job to end, and its handler may have turned the clock
      settle();
    }
    return attempts;
  }

  /**
   * Submits the jobs of due runs and does what maintenance does, until nothing is left to do: if
   * maintenance ends a job, a run may have waited for it.
   */
  private void settle() {
    do {
      schedules.fireDue();
    } while (maintain());
  }

  /**
   * Does what maintenance does, and tells those who await jobs. Returns whether a job has ended.
   */
  private boolean maintain() {
    boolean hasEnded = table.maintain();
    table.completeWaits();
    return hasEnded;
  }

  private interface Work {
    int run();
  }

  /** Runs jobs, and nobody else does meanwhile. */
  private int running(Work work) {
    bindings.load();
    return alone(work);
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

  /** An attempt that has started, and its job. */
  private record Started(UUID id, OneAttempt attempt) {}

  /** The attempts that one call of a handler makes: several only if it takes batches. */
  private record Claimed(JobBinding<?, ?> binding, List<Started> attempts) {}

  /**
   * Claims what a worker takes next: the most urgent job, together with others that are due if its
   * handler takes batches. Nobody can cancel one of them before all are claimed.
   *
   * @return empty if no job is due
   */
  private Optional<Claimed> claimNext(int attemptsBefore) {
    return table.atOnce(
        () -> {
          UUID next = table.nextDue(bindings::has).orElse(null);
          if (next == null) {
            return Optional.empty();
          }
          String type = table.with(next, MemoryJob::type);
          if (attemptsBefore >= MAX_ATTEMPTS) {
            throw new IllegalStateException(
                "%,d attempts were made and jobs are still due, the next one of type '%s'. A job submits itself again, or is put off, without a delay; run single jobs with run(id), or give it a delay."
                    .formatted(MAX_ATTEMPTS, type));
          }
          JobBinding<?, ?> binding = bindings.find(type).orElseThrow();
          return Optional.of(claim(binding, together(next, binding)));
        });
  }

  /** The due jobs that a handler gets in one call, beginning with this one. */
  private List<UUID> together(UUID first, JobBinding<?, ?> binding) {
    if (binding.batch().isEmpty()) {
      return List.of(first);
    }
    BatchRule<?> rule = binding.batch().get().rule();
    return table.dueWith(
        first,
        binding.definition()::isNamed,
        job -> rule.property().map(name -> JsonProperty.text(job.payload(), name)).orElse(""),
        rule.maxJobs());
  }

  private Claimed claimOne(UUID id) {
    JobBinding<?, ?> binding =
        table.with(
            id,
            job ->
                bindings
                    .find(job.type())
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "Job %s of type '%s' has no handler; there are handlers for %s. Make the jobs with the handlers: InMemoryJobs.of(handlers)."
                                    .formatted(
                                        job.id(),
                                        job.type(),
                                        bindings.types().isEmpty()
                                            ? "no types"
                                            : bindings.types()))));
    return claim(binding, List.of(id));
  }

  private Claimed claim(JobBinding<?, ?> binding, List<UUID> ids) {
    return new Claimed(
        binding, ids.stream().map(id -> new Started(id, table.with(id, this::claim))).toList());
  }

  /** Makes attempts that have started. Returns how many. */
  private int attempt(Claimed claimed) {
    table.completeWaits();
    JobBinding<?, ?> binding = claimed.binding();
    if (binding.batch().isPresent()) {
      List<OneBatch.Part> parts = new ArrayList<>();
      for (Started started : claimed.attempts()) {
        ReportSink reports = reports(started.id(), binding.definition());
        parts.add(new OneBatch.Part(started.attempt(), reports, () -> {}));
      }
      OneBatch.run(binding, limits, parts);
      claimed.attempts().forEach(started -> finish(started.id(), started.attempt().end()));
    } else {
      Started only = claimed.attempts().get(0);
      ReportSink reports = reports(only.id(), binding.definition());
      finish(only.id(), only.attempt().run(binding, reports, () -> {}));
    }
    table.completeWaits();
    return claimed.attempts().size();
  }

  private void finish(UUID id, AttemptEnd end) {
    boolean unused = table.with(id, job -> job.finish(end, clock.instant()));
  }

  private OneAttempt claim(MemoryJob job) {
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
    return attempt;
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

  /** The reason why a job waits; empty if it does not. */
  Optional<WaitReason> whyWaiting(UUID id) {
    bindings.load();
    return table.with(id, this::whyWaiting);
  }

  private Optional<WaitReason> whyWaiting(MemoryJob job) {
    if (!job.isWaiting()) {
      return Optional.empty();
    }
    // Its own time does not count until it is the open job of its line
    Optional<WaitReason> line = table.waitsInLine(job);
    if (line.isPresent()) {
      return line;
    }
    if (job.runAt().isAfter(clock.instant())) {
      return Optional.of(job.awaited().orElseGet(() -> new WaitReason.DueAt(job.runAt())));
    }
    return Optional.of(
        bindings.has(job.type())
            ? new WaitReason.InQueue(false)
            : new WaitReason.NoWorker(job.type()));
  }
}
