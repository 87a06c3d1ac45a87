package dev.tenon.jobs.testing;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.definition.BacklogRule;
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

/** Jobs, in memory or in PostgreSQL, and what is done to them in {@link MemoryModelTest}. */
interface JobSide {

  /** The present time, for those who set times. */
  Instant now();

  /** Turns the clock forward. */
  void advance(Duration duration);

  /** Declares how many jobs of each key may wait; null for any number. */
  void declare(@Nullable BacklogRule<StockCount> backlog);

  /**
   * Submits a job. Empty if another one has its unique key.
   *
   * @throws BacklogFullException if too many wait
   */
  Optional<UUID> submit(NewJob job);

  /** Starts an attempt at the job that is the most urgent; empty if none is due. */
  Optional<Lease> claimNext();

  /** Starts an attempt at a job; empty if it is not due. */
  Optional<Lease> claim(UUID id);

  /** Records progress, if the lease is held. */
  void progress(Lease lease, int percent, String message);

  /** Records a value that an attempt has emitted, if the lease is held. */
  void emit(LogLine value);

  /** The values of a job, each with its attempt and its run. */
  List<JobLogEntry> log(UUID id);

  /** Records the end of an attempt. Whether the lease was held. */
  boolean finish(AttemptEnd end);

  /** Cancels the jobs that must have started by now, and the oldest where too many wait. */
  void maintain();

  CancelResult cancel(UUID id);

  void retry(UUID id);

  void reschedule(UUID id, Instant time);

  Job job(UUID id);

  List<JobAttempt> attempts(UUID id);
}
