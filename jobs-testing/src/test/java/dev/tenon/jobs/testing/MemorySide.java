package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The jobs of the test kit. */
final class MemorySide implements JobSide {

  private static final Duration TICK = Duration.ofMillis(1);

  private final TestClock clock = TestClock.startingNow();
  private final MemoryTable table = new MemoryTable(clock);

  @Override
  public Instant now() {
    // So that no two times are the same, as in PostgreSQL
    clock.advance(TICK);
    return clock.instant();
  }

  @Override
  public void advance(Duration duration) {
    clock.advance(duration);
  }

  @Override
  public void declare(@Nullable BacklogRule<StockCount> backlog) {
    if (backlog != null) {
      table.know(
          JobDefinition.builder(MemoryModelTest.TYPE, StockCount.class, Void.class)
              .payloadCodec(StockCountJob.DEFINITION.payloadCodec())
              .backlog(backlog)
              .build());
    }
  }

  @Override
  public Optional<UUID> submit(NewJob job) {
    clock.advance(TICK);
    Submitted submitted = table.insert(List.of(job)).get(0);
    return submitted.isNew() ? Optional.of(submitted.jobId()) : Optional.empty();
  }

  @Override
  public Optional<Lease> claimNext() {
    clock.advance(TICK);
    return table.nextDue(type -> true).flatMap(this::claim);
  }

  @Override
  public Optional<Lease> claim(UUID id) {
    clock.advance(TICK);
    Instant now = clock.instant();
    return table.with(
        id, job -> job.isDue(now) ? Optional.of(job.claim(now).lease()) : Optional.empty());
  }

  @Override
  public void progress(Lease lease, int percent, String message) {
    boolean unused = table.with(lease.jobId(), job -> job.progress(lease, percent, message));
  }

  @Override
  public void emit(LogLine value) {
    boolean unused = table.with(value.lease().jobId(), job -> job.emit(value, SensitivePaths.NONE));
  }

  @Override
  public List<JobLogEntry> log(UUID id) {
    return table.with(id, MemoryJob::log);
  }

  @Override
  public boolean finish(AttemptEnd end) {
    clock.advance(TICK);
    return table.with(end.lease().jobId(), job -> job.finish(end, clock.instant()));
  }

  @Override
  public void maintain() {
    clock.advance(TICK);
    table.maintain();
  }

  @Override
  public CancelResult cancel(UUID id) {
    clock.advance(TICK);
    return table.cancel(id);
  }

  @Override
  public void retry(UUID id) {
    clock.advance(TICK);
    table.retry(id);
  }

  @Override
  public void reschedule(UUID id, Instant time) {
    clock.advance(TICK);
    table.reschedule(id, time);
  }

  @Override
  public Job job(UUID id) {
    return table.with(id, MemoryJob::job);
  }

  @Override
  public List<JobAttempt> attempts(UUID id) {
    return table.with(id, MemoryJob::attempts);
  }
}
