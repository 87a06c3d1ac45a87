package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.operate.StoredAttempt;
import dev.tenon.jobs.internal.operate.StoredJob;
import dev.tenon.jobs.internal.operate.StoredJobSummary;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.internal.store.StoredStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is kept in memory: what its row in the table would be, and the changes that the
 * statements of the store make to it. Guarded by its {@link MemoryTable}.
 */
final class MemoryJob {

  private static final String WORKER = "test";

  /** The due time of a job that only a signal, a person or its line makes due, as in PostgreSQL. */
  static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private final UUID id;
  private final Instant submittedAt;
  private final @Nullable String schedule;
  private NewJob row;
  private JobStatus status = JobStatus.PENDING;
  private Instant runAt;
  private int attempts;
  private int crashes;
  private long lease;
  private int progress;
  private @Nullable String progressMessage;
  private @Nullable String result;
  private @Nullable Integer resultVersion;
  private @Nullable JobError error;
  private @Nullable String uniqueKey;
  private final @Nullable Instant uniqueUntil;
  private @Nullable Instant startedAt;
  private @Nullable Instant finishedAt;
  private @Nullable Instant cancelRequestedAt;
  private @Nullable Instant startBefore;
  private @Nullable OneAttempt running;
  private final List<JobAttempt> ended = new ArrayList<>();
  private final List<JobLogEntry> log = new ArrayList<>();
  private final MemorySteps steps = new MemorySteps();

  /**
   * A job that is submitted.
   *
   * @param schedule the name of its schedule; null if it has none
   */
  MemoryJob(NewJob row, Instant now, @Nullable String schedule) {
    this.id = row.id();
    this.row = row;
    this.submittedAt = now;
    this.schedule = schedule;
    this.runAt = due(row, now);
    this.startBefore = latestStart(row, runAt);
    NewJob.UniqueKey unique = row.unique();
    this.uniqueKey = unique == null ? null : unique.key();
    Duration period = unique == null ? null : unique.period();
    this.uniqueUntil = period == null ? null : now.plus(period);
  }

  private static Instant due(NewJob row, Instant now) {
    Duration delay = row.delay();
    Instant runAt = row.runAt();
    Instant due = runAt != null ? runAt : delay != null ? now.plus(delay) : now;
    return due.isBefore(now) ? now : due;
  }

  private static @Nullable Instant latestStart(NewJob row, Instant runAt) {
    NewJob.LatestStart latest = row.latestStart();
    return latest == null ? null : latest.from(runAt);
  }

  UUID id() {
    return id;
  }

  /** The payload as it is stored. */
  String payload() {
    return row.payload();
  }

  String type() {
    return row.type();
  }

  JobStatus status() {
    return status;
  }

  Instant runAt() {
    return runAt;
  }

  NewJob row() {
    return row;
  }

  JobPriority priority() {
    return row.priority();
  }

  List<JobAttempt> attempts() {
    return List.copyOf(ended);
  }

  List<JobLogEntry> log() {
    return List.copyOf(log);
  }

  /** The records of its steps and waits. */
  MemorySteps steps() {
    return steps;
  }

  @Nullable Instant finishedAt() {
    return finishedAt;
  }

  boolean isOf(String scheduleName) {
    return scheduleName.equals(schedule);
  }

  boolean isWaiting() {
    return status == JobStatus.PENDING;
  }

  boolean isDue(Instant now) {
    return isWaiting() && !runAt.isAfter(now) && !isExpired(now);
  }

  /** Returns whether it waits, and must have started by now. */
  boolean isExpired(Instant now) {
    Instant latest = startBefore();
    return latest != null && !latest.isAfter(now);
  }

  /** Returns whether it blocks other jobs with the key. */
  boolean holds(String key, Instant now) {
    uniqueKey = keyAfter(status, now);
    return key.equals(uniqueKey);
  }

  /** As the table has it: {@code UniqueKeys} of the store. */
  private @Nullable String keyAfter(JobStatus next, Instant now) {
    NewJob.UniqueKey unique = row.unique();
    if (unique == null || uniqueKey == null) {
      return null;
    }
    UniqueScope scope = unique.scope();
    boolean hasEnded =
        switch (next) {
          case PENDING, QUEUED -> scope == UniqueScope.UNTIL_STARTED && startedAt != null;
          case RUNNING -> scope == UniqueScope.UNTIL_STARTED;
          case COMPLETED -> scope == UniqueScope.UNTIL_STARTED || scope == UniqueScope.UNTIL_ENDED;
          case FAILED, CANCELLED -> scope != UniqueScope.UNTIL_DELETED;
        };
    return hasEnded && (uniqueUntil == null || !uniqueUntil.isAfter(now)) ? null : uniqueKey;
  }

  /** Changes the status, and the lease with it, as {@link StatusChange} says. */
  private void change(StatusChange change, JobStatus next) {
    if (!change.from().contains(status) || !change.to().contains(next)) {
      throw new IllegalStateException(
          "Job %s of type '%s' may not become %s by %s: it is %s."
              .formatted(id, row.type(), next.code(), change, status.code()));
    }
    status = next;
    if (change.lease() == StatusChange.LeaseChange.GOES_UP) {
      lease++;
    }
  }

  /**
   * Replaces the payload and the priority of a waiting job with those of another one, and
   * optionally its time.
   */
  void replace(NewJob other, boolean replacesTime, Instant now) {
    row = row.replacedBy(other);
    if (replacesTime) {
      change(StatusChange.MOVE, JobStatus.PENDING);
      runAt = due(other, now);
      if (startedAt == null) {
        row = row.withLatestStart(other.latestStart());
        startBefore = latestStart(row, runAt);
      }
    }
  }

  /** The time that its first attempt must start before; null for none, or once it has started. */
  @Nullable Instant startBefore() {
    return isWaiting() ? startBefore : null;
  }

  /** Cancels the job because it must have started by now. */
  void expire(Instant now) {
    error =
        JobError.of(
            JobError.Reason.EXPIRED,
            null,
            "No worker had started the job by %s, and it must not start later."
                .formatted(startBefore));
    end(now);
  }

  /** Cancels the job because too many wait. */
  void drop(int max, Instant now) {
    error =
        JobError.of(
            JobError.Reason.DROPPED,
            null,
            "More than %d jobs waited, and this was one of the oldest.".formatted(max));
    end(now);
  }

  /** Returns whether it waits, and was never started. */
  boolean isNew() {
    return isWaiting() && startedAt == null;
  }

  private void end(Instant now) {
    uniqueKey = keyAfter(JobStatus.CANCELLED, now);
    change(StatusChange.CANCEL_WAITING, JobStatus.CANCELLED);
    finishedAt = now;
  }

  /** Starts an attempt. */
  ClaimedJob claim(Instant now) {
    uniqueKey = keyAfter(JobStatus.RUNNING, now);
    change(StatusChange.CLAIM, JobStatus.RUNNING);
    attempts++;
    startedAt = now;
    progress = 0;
    progressMessage = null;
    return new ClaimedJob(
        new Lease(id, lease, WORKER),
        row.type(),
        row.version(),
        attempts,
        row.maxAttempts(),
        crashes,
        row.payload(),
        row.itemId(),
        row.submittedBy(),
        row.limitKey() != null,
        null,
        null,
        row.headers(),
        Duration.ZERO);
  }

  void runs(OneAttempt attempt) {
    running = attempt;
  }

  void log(JobLogEntry line) {
    log.add(line);
  }

  /**
   * Records a value that an attempt has emitted. Whether the lease is still held.
   *
   * @param sensitive the parts of the value that are hidden from people
   */
  boolean emit(LogLine value, SensitivePaths sensitive) {
    if (!isHeld(value.lease())) {
      return false;
    }
    log.add(KeptEntries.value(value, log.size() + 1, sensitive));
    return true;
  }

  /** Records progress. Whether the lease is still held. */
  boolean progress(Lease of, int percent, @Nullable String message) {
    if (!isHeld(of)) {
      return false;
    }
    progress = percent;
    progressMessage = message;
    return true;
  }

  /** Returns whether an attempt still has its lease. */
  boolean isHeld(Lease other) {
    return isRunning(other.number());
  }

  /** Returns whether the attempt with this lease is running. */
  boolean isRunning(long number) {
    return status == JobStatus.RUNNING && number == lease;
  }

  /**
   * Records the end of the attempt, as {@code OutcomeStore} does. Whether its lease was still held.
   */
  boolean finish(AttemptEnd end, Instant now) {
    if (!isHeld(end.lease())) {
      return false;
    }
    if (end instanceof AttemptEnd.Crashed) {
      crashes++;
    }
    JobStatus next = next(end);
    AttemptFailure failure = end.failure();
    error = failure == null ? null : Outcomes.error(failure);
    ended.add(
        new StoredAttempt(
            id,
            attempts,
            lease,
            WORKER,
            startedAt == null ? now : startedAt,
            now,
            end.outcome(),
            Optional.ofNullable(error),
            Optional.ofNullable(failure).map(AttemptFailure::stack),
            Optional.ofNullable(failure).map(AttemptFailure::fingerprint)));
    if (end instanceof AttemptEnd.Completed completed) {
      result = completed.result();
      resultVersion = completed.resultVersion();
      progress = 100;
      progressMessage = null;
    }
    if (!end.isCounted()) {
      attempts--;
    }
    if (next == JobStatus.PENDING) {
      runAt = end instanceof AttemptEnd.Suspended ? resumesAt(now) : now.plus(end.delay());
      mayStartAnyTime();
    }
    uniqueKey = keyAfter(next, now);
    change(StatusChange.FINISH, next);
    finishedAt = next.isTerminal() ? now : null;
    running = null;
    return true;
  }

  private void mayStartAnyTime() {
    row = row.withLatestStart(null);
    startBefore = null;
  }

  private Instant resumesAt(Instant now) {
    Instant time = steps.resumeTime(lease, now);
    return time == null ? NEVER : time;
  }

  /** Makes the job due if it waits for a signal that is there, as {@code wake_held} does. */
  void wake(Instant now) {
    if (steps.hasAwaitedSignal()) {
      resume(now);
    }
  }

  /**
   * Makes the job due if it waits because its handler does. A job with an error waits for its next
   * attempt, whatever has come for the handler.
   */
  void resume(Instant now) {
    if (isWaiting() && runAt.isAfter(now) && error == null) {
      reschedule(now);
    }
  }

  private JobStatus next(AttemptEnd end) {
    if (end.status() == JobStatus.PENDING && cancelRequestedAt != null) {
      return JobStatus.CANCELLED;
    }
    return end instanceof AttemptEnd.Crashed crashed && crashes >= crashed.maxCrashes()
        ? JobStatus.FAILED
        : end.status();
  }

  /**
   * Cancels the job if it waits, and marks it if it runs.
   *
   * @return the attempt to stop; null if none is running
   */
  @Nullable OneAttempt cancel(Instant now) {
    if (cancelRequestedAt == null) {
      cancelRequestedAt = now;
    }
    if (isWaiting()) {
      end(now);
    }
    return running;
  }

  /**
   * The wait or the step in doubt that the job waits for; empty if there is none, or the job has
   * failed and waits for its next attempt.
   */
  Optional<WaitReason> awaited() {
    return error == null ? steps.holdup().map(MemoryJob::awaited) : Optional.empty();
  }

  private static WaitReason awaited(StoredStep step) {
    return step.state() == JobStep.State.IN_DOUBT
        ? new WaitReason.StepInDoubt(
            step.name(), step.key(), Objects.requireNonNullElse(step.message(), ""))
        : new WaitReason.ForSignal(step.name(), step.signals(), Optional.ofNullable(step.until()));
  }

  /** Returns whether only a signal or a person makes it due. */
  boolean hasNoTime() {
    return runAt.equals(NEVER);
  }

  /** Makes a waiting job due at this time. */
  void reschedule(Instant time) {
    if (!runAt.equals(time)) {
      change(StatusChange.MOVE, JobStatus.PENDING);
      runAt = time;
      startBefore = latestStart(row, runAt);
    }
  }

  /** Puts a failed or cancelled job back, with the full number of attempts. */
  void retry(Instant now) {
    uniqueKey = keyAfter(status, now);
    change(StatusChange.RETRY, JobStatus.PENDING);
    mayStartAnyTime();
    attempts = 0;
    crashes = 0;
    runAt = now;
    progress = 0;
    progressMessage = null;
    finishedAt = null;
    cancelRequestedAt = null;
    error = null;
  }

  Job job() {
    return job(runAt);
  }

  /** The job, with the time that it is due for those who read it. */
  Job job(Instant shownRunAt) {
    return new StoredJob(
        StoredJob.Submitted.of(row, submittedAt),
        status,
        Optional.ofNullable(result),
        resultVersion == null ? OptionalInt.empty() : OptionalInt.of(resultVersion),
        shownRunAt,
        attempts,
        crashes,
        progress,
        Optional.ofNullable(progressMessage),
        Optional.ofNullable(error),
        Optional.ofNullable(startedAt).map(any -> WORKER),
        Optional.ofNullable(startedAt),
        Optional.ofNullable(finishedAt),
        Optional.ofNullable(cancelRequestedAt),
        Optional.ofNullable(startBefore()));
  }

  JobSummary summary() {
    return summary(runAt);
  }

  /** The same as {@link #job(Instant)}, without the payload and the result. */
  JobSummary summary(Instant shownRunAt) {
    return new StoredJobSummary(
        id,
        row.type(),
        row.version(),
        status,
        row.priority(),
        Optional.ofNullable(row.itemId()),
        row.headers(),
        row.submittedBy(),
        submittedAt,
        shownRunAt,
        attempts,
        row.maxAttempts(),
        crashes,
        progress,
        Optional.ofNullable(progressMessage),
        Optional.ofNullable(error),
        Optional.ofNullable(startedAt).map(any -> WORKER),
        Optional.ofNullable(startedAt),
        Optional.ofNullable(finishedAt),
        Optional.ofNullable(cancelRequestedAt),
        Optional.ofNullable(startBefore()));
  }
}
