package dev.tenon.jobs.testing;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.NewJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The jobs that are kept in memory. Thread-safe. */
final class MemoryTable {

  /** Each level of priority counts as ten minutes, as for workers that take jobs from the table. */
  private static final Duration LEVEL_OF_PRIORITY = Duration.ofMinutes(10);

  /** The order that workers take jobs from the table in. */
  private static final Comparator<MemoryJob> MOST_URGENT =
      Comparator.<MemoryJob, Instant>comparing(
              job -> job.runAt().minus(LEVEL_OF_PRIORITY.multipliedBy(job.priority().level())))
          .thenComparing(MemoryJob::priority, Comparator.reverseOrder())
          .thenComparing(MemoryJob::runAt)
          .thenComparing(MemoryJob::id, MemoryTable::compare);

  /** The order of {@code StepPages.inDoubt}. */
  private static final Comparator<Cursors.StepPlace> LONGEST_IN_DOUBT =
      Comparator.comparing(Cursors.StepPlace::startedAt)
          .thenComparing(Cursors.StepPlace::jobId, MemoryTable::compare)
          .thenComparing(Cursors.StepPlace::number);

  /** The attempts that a search for a fingerprint looks at, as in {@code JobConditions}. */
  private static final Set<JobAttempt.Outcome> FAILURES =
      Set.of(JobAttempt.Outcome.FAILED, JobAttempt.Outcome.TIMED_OUT, JobAttempt.Outcome.LOST);

  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final Clock clock;
  private final Random random = new Random();
  private final Map<UUID, MemoryJob> jobs = new LinkedHashMap<>();

  /** Those that have not ended, and maybe some that have. */
  private final List<MemoryJob> open = new ArrayList<>();

  private final Map<UUID, List<CompletableFuture<Job>>> waits = new LinkedHashMap<>();
  private final List<MemoryStream> streams = new ArrayList<>();
  private final MemoryLines lines = new MemoryLines();
  private final MemoryBacklogs backlogs = new MemoryBacklogs();

  private int lastId;

  MemoryTable(Clock clock) {
    this.clock = clock;
  }

  /** An id of version 7 by the clock of the test, which sorts after those before it. */
  synchronized UUID newId() {
    lastId++;
    long low = VARIANT | (lastId & 0x3fff_ffffL) << 32 | Integer.toUnsignedLong(random.nextInt());
    return new UUID(clock.millis() << 16 | VERSION_7, low);
  }

  /** Forgets all jobs. Those who await or follow one learn that it no longer exists. */
  void clear() {
    Map<UUID, List<CompletableFuture<Job>>> awaited;
    List<MemoryStream> following;
    synchronized (this) {
      awaited = new LinkedHashMap<>(waits);
      following = List.copyOf(streams);
      jobs.clear();
      open.clear();
      waits.clear();
      lines.clear();
    }
    awaited.forEach(
        (id, futures) ->
            futures.forEach(wait -> wait.completeExceptionally(new JobNotFoundException(id))));
    following.forEach(stream -> stream.advance(this));
  }

  /** Does several things, and nobody else changes a job between them. */
  synchronized <T> T atOnce(Supplier<T> things) {
    return things.get();
  }

  /** Notes what a type declares about the order of its jobs, and how many may wait. */
  synchronized void know(JobDefinition<?, ?> definition) {
    lines.know(definition);
    backlogs.know(definition);
  }

  /**
   * Records jobs, all of one type, in their order.
   *
   * @throws BacklogFullException if too many wait
   */
  synchronized List<Submitted> insert(List<NewJob> rows) {
    Instant now = clock.instant();
    Set<String> keys = new HashSet<>();
    BacklogFullException refusal =
        refusal(
            rows.stream()
                .filter(row -> row.unique() == null || isFree(row.unique().key(), now, keys))
                .toList());
    if (refusal != null) {
      throw refusal;
    }
    return rows.stream().map(this::insert).toList();
  }

  private boolean isFree(String key, Instant now, Set<String> taken) {
    return holder(key, now).isEmpty() && taken.add(key);
  }

  /** Returns the reason why these jobs are refused; null if there is room for all of them. */
  synchronized @Nullable BacklogFullException refusal(List<NewJob> rows) {
    return backlogs.refusal(rows, unended());
  }

  private Submitted insert(NewJob row) {
    NewJob.UniqueKey unique = row.unique();
    Instant now = clock.instant();
    Optional<MemoryJob> holder = unique == null ? Optional.empty() : holder(unique.key(), now);
    if (unique == null || holder.isEmpty()) {
      NewJob job = row.withId(newId());
      add(new MemoryJob(job, now, null));
      return new Submitted(job.id(), true);
    }
    if (unique.onDuplicate() != DuplicatePolicy.KEEP && holder.get().isWaiting()) {
      @Nullable String key = holder.get().row().orderKey();
      holder.get().replace(row, unique.onDuplicate() == DuplicatePolicy.REPLACE_TIME, now);
      if (!Objects.equals(key, holder.get().row().orderKey())) {
        lines.enter(holder.get());
      }
    }
    return new Submitted(holder.get().id(), false);
  }

  private Optional<MemoryJob> holder(String key, Instant now) {
    return jobs.values().stream().filter(job -> job.holds(key, now)).findFirst();
  }

  private void add(MemoryJob job) {
    jobs.put(job.id(), job);
    open.add(job);
    lines.enter(job);
  }

  private Stream<MemoryJob> unended() {
    open.removeIf(job -> job.status().isTerminal());
    return open.stream();
  }

  /** Records a job of a schedule, unless there is one with its id. */
  synchronized void insertScheduled(String schedule, NewJob row) {
    if (!jobs.containsKey(row.id())) {
      add(new MemoryJob(row, clock.instant(), schedule));
    }
  }

  /** A job of the schedule that has not ended; empty if there is none. */
  synchronized Optional<UUID> unendedOf(String schedule) {
    return unended().filter(job -> job.isOf(schedule)).map(MemoryJob::id).findFirst();
  }

  /** A wait for the end of a job. */
  CompletableFuture<Job> await(UUID id) {
    CompletableFuture<Job> wait = new CompletableFuture<>();
    synchronized (this) {
      if (!jobs.containsKey(id)) {
        return CompletableFuture.failedFuture(new JobNotFoundException(id));
      }
      waits.computeIfAbsent(id, any -> new ArrayList<>()).add(wait);
    }
    completeWaits();
    return wait;
  }

  /** Somebody follows jobs. */
  void follow(MemoryStream stream) {
    synchronized (this) {
      streams.add(stream);
    }
    stream.advance(this);
  }

  /** Somebody no longer follows a job. */
  synchronized void unfollow(MemoryStream stream) {
    streams.remove(stream);
  }

  /** Passes events on, and completes the waits for jobs that have ended, in this thread. */
  void completeWaits() {
    List<MemoryStream> following;
    synchronized (this) {
      following = List.copyOf(streams);
    }
    following.forEach(stream -> stream.advance(this));
    Map<CompletableFuture<Job>, Job> ended = new LinkedHashMap<>();
    synchronized (this) {
      waits
          .entrySet()
          .removeIf(
              each -> {
                MemoryJob job = jobs.get(each.getKey());
                boolean hasEnded = job != null && job.status().isTerminal();
                if (job != null && hasEnded) {
                  each.getValue().forEach(wait -> ended.put(wait, job.job()));
                }
                return hasEnded;
              });
    }
    ended.forEach(CompletableFuture::complete);
  }

  /** The jobs of an item, including those that have ended, in the order of their ids. */
  synchronized List<UUID> ofItem(String itemId) {
    return jobs.values().stream()
        .filter(job -> itemId.equals(job.row().itemId()))
        .map(MemoryJob::id)
        .sorted(MemoryTable::compare)
        .toList();
  }

  /** A page of the steps in doubt of all jobs, those that have waited longest first. */
  synchronized Page<JobStep> inDoubt(InDoubtQuery query) {
    Cursors.StepPlace after = query.cursor().map(Cursors::step).orElse(null);
    List<MemoryJobStep> found =
        jobs.values().stream()
            .flatMap(job -> job.steps().inDoubt(job).stream())
            .filter(step -> after == null || LONGEST_IN_DOUBT.compare(step.place(), after) > 0)
            .sorted(Comparator.comparing(MemoryJobStep::place, LONGEST_IN_DOUBT))
            .limit(query.limit() + 1L)
            .toList();
    if (found.size() <= query.limit()) {
      return Page.last(List.copyOf(found));
    }
    List<MemoryJobStep> page = found.subList(0, query.limit());
    return Page.followed(List.copyOf(page), Cursors.ofStep(page.get(page.size() - 1).place()));
  }

  /** The time when a job ended; null if it has not ended, or no longer exists. */
  synchronized @Nullable Instant endOf(UUID id) {
    MemoryJob job = jobs.get(id);
    return job == null ? null : job.finishedAt();
  }

  /** Cancels the jobs of a schedule that have not ended, except one. */
  synchronized void cancelUnended(String schedule, UUID except) {
    unended()
        .filter(job -> job.isOf(schedule))
        .map(MemoryJob::id)
        .filter(id -> !id.equals(except))
        .toList()
        .forEach(this::cancel);
  }

  /** The job with this id; empty if there is none. */
  synchronized Optional<Job> find(UUID id) {
    return read(id, job -> job.job(shownRunAt(job)));
  }

  /** The time that a job is due for those who read it: never while its line holds it. */
  private Instant shownRunAt(MemoryJob job) {
    return lines.holds(job, clock.instant(), unended().toList()) ? MemoryJob.NEVER : job.runAt();
  }

  /** Reads something of a job; empty if there is no such job. */
  synchronized <T> Optional<T> read(UUID id, Function<MemoryJob, T> value) {
    return Optional.ofNullable(jobs.get(id)).map(value);
  }

  /** Changes a job, or reads something of it. */
  synchronized <T> T with(UUID id, Function<MemoryJob, T> change) {
    return read(id, change).orElseThrow(() -> new JobNotFoundException(id));
  }

  /**
   * Cancels the waiting jobs that must have started by now, and the oldest of too many. Returns
   * whether there were any.
   */
  synchronized boolean maintain() {
    Instant now = clock.instant();
    List<MemoryJob> expired = unended().filter(job -> job.isExpired(now)).toList();
    expired.forEach(job -> job.expire(now));
    Map<MemoryJob, Integer> oldest = backlogs.oldest(unended());
    oldest.forEach((job, max) -> job.drop(max, now));
    return !expired.isEmpty() || !oldest.isEmpty();
  }

  /** The next time when a waiting job that has not started is cancelled. */
  synchronized Optional<Instant> nextExpiry() {
    return unended()
        .map(MemoryJob::startBefore)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  /** The job that a worker takes next. */
  synchronized Optional<UUID> nextDue(Predicate<String> isHandled) {
    Instant now = clock.instant();
    List<MemoryJob> unended = unended().toList();
    return handled(isHandled)
        .filter(job -> job.isDue(now))
        .sorted(MOST_URGENT)
        .filter(job -> lines.before(job, now, unended) == null)
        .findFirst()
        .map(MemoryJob::id);
  }

  /**
   * The due jobs that form a batch with one of them, the most urgent first, beginning with it.
   *
   * @param isOfType whether a type's name is that of the batch
   * @param key what all jobs of the batch have in common
   */
  synchronized List<UUID> dueWith(
      UUID first, Predicate<String> isOfType, Function<MemoryJob, String> key, int max) {
    Instant now = clock.instant();
    String wanted = with(first, key);
    List<MemoryJob> unended = unended().toList();
    Stream<UUID> others =
        handled(isOfType)
            .filter(job -> job.isDue(now) && key.apply(job).equals(wanted))
            .filter(job -> lines.before(job, now, unended) == null)
            .sorted(MOST_URGENT)
            .map(MemoryJob::id)
            .filter(id -> !id.equals(first));
    return Stream.concat(Stream.of(first), others).limit(max).toList();
  }

  /** The due time of the next waiting job. */
  synchronized Optional<Instant> nextDueTime(Predicate<String> isHandled) {
    Instant now = clock.instant();
    List<MemoryJob> unended = unended().toList();
    return handled(isHandled)
        .filter(MemoryJob::isWaiting)
        .filter(
            job -> lines.before(job, job.runAt().isAfter(now) ? job.runAt() : now, unended) == null)
        .map(MemoryJob::runAt)
        .min(Comparator.naturalOrder());
  }

  private Stream<MemoryJob> handled(Predicate<String> isHandled) {
    return unended().filter(job -> isHandled.test(job.type()));
  }

  /** Cancels a job. */
  synchronized CancelResult cancel(UUID id) {
    return with(
        id,
        job -> {
          if (job.status().isTerminal()) {
            return CancelResult.ALREADY_ENDED;
          }
          @Nullable OneAttempt running = job.cancel(clock.instant());
          if (running != null) {
            running.signal(StopReason.CANCELLED);
          }
          return job.status() == JobStatus.RUNNING
              ? CancelResult.REQUESTED
              : CancelResult.CANCELLED;
        });
  }

  /** Runs a failed or cancelled job again. */
  synchronized void retry(UUID id) {
    JobStatus unused =
        with(
            id,
            job -> {
              JobStatus status = job.status();
              if (status != JobStatus.FAILED && status != JobStatus.CANCELLED) {
                throw new JobStateException(
                    "Job %s of type '%s' is %s; only a failed or a cancelled job can be retried."
                        .formatted(id, job.type(), status.code()),
                    job.type(),
                    id,
                    status);
              }
              job.retry(clock.instant());
              if (!open.contains(job)) {
                open.add(job);
              }
              lines.enter(job);
              return status;
            });
  }

  synchronized void reschedule(UUID id, Instant runAt) {
    JobStatus unused =
        with(
            id,
            job -> {
              if (!job.isWaiting()) {
                throw new JobStateException(
                    "Job %s of type '%s' is %s; only a waiting job can be rescheduled."
                        .formatted(id, job.type(), job.status().code()),
                    job.type(),
                    id,
                    job.status());
              }
              if (job.hasNoTime()) {
                throw new JobStateException(
                    ("Job %s of type '%s' is %s: "
                            + ControlStore.whatItWaitsFor(job.awaited().orElse(null)))
                        .formatted(id, job.type(), job.status().code()),
                    job.type(),
                    id,
                    job.status());
              }
              job.reschedule(runAt);
              return job.status();
            });
  }

  /** The reason that a job waits, if it is that others in its line come first. */
  synchronized Optional<WaitReason> waitsInLine(MemoryJob job) {
    return lines.reason(job, clock.instant(), unended().toList());
  }

  /** A page of jobs, newest first. */
  synchronized Page<JobSummary> list(JobQuery query) {
    List<JobSummary> found =
        matching(query)
            .sorted((one, other) -> compare(other.id(), one.id()))
            .limit(query.limit() + 1L)
            .map(job -> job.summary(shownRunAt(job)))
            .toList();
    if (found.size() <= query.limit()) {
      return Page.last(found);
    }
    List<JobSummary> page = found.subList(0, query.limit());
    return Page.followed(page, Cursors.ofJob(page.get(page.size() - 1).id()));
  }

  synchronized long count(JobQuery query) {
    return matching(query).count();
  }

  private Stream<MemoryJob> matching(JobQuery query) {
    UUID after = query.cursor().map(Cursors::job).orElse(null);
    return jobs.values().stream()
        .filter(job -> after == null || compare(job.id(), after) < 0)
        .filter(job -> is(query.status(), job.status()))
        .filter(job -> query.types().isEmpty() || query.types().contains(job.type()))
        .filter(job -> query.ids().isEmpty() || query.ids().contains(job.id()))
        .filter(job -> query.errorText().stream().allMatch(text -> hasInError(job, text)))
        .filter(job -> is(query.itemId(), job.row().itemId()))
        .filter(job -> job.row().headers().containsAll(query.headers()))
        .filter(job -> is(query.submittedBy(), job.row().submittedBy()))
        .filter(job -> is(query.limitKey(), job.row().limitKey()))
        .filter(job -> is(query.fingerprint(), lastFingerprint(job)))
        .filter(job -> query.workflowId().isEmpty())
        .filter(
            job ->
                query.submittedAfter().stream()
                    .noneMatch(time -> job.job().submittedAt().isBefore(time)))
        .filter(
            job ->
                query.submittedBefore().stream()
                    .allMatch(time -> job.job().submittedAt().isBefore(time)));
  }

  private static <T> boolean is(Optional<T> wanted, @Nullable T found) {
    return wanted.isEmpty() || wanted.get().equals(found);
  }

  /** Returns whether the class or the message of the error contains a string, ignoring case. */
  private static boolean hasInError(MemoryJob job, String text) {
    JobError error = job.job().error().orElse(null);
    String wanted = text.toLowerCase(Locale.ROOT);
    return error != null
        && Stream.of(error.errorClass().orElse(null), error.message().orElse(null))
            .anyMatch(each -> each != null && each.toLowerCase(Locale.ROOT).contains(wanted));
  }

  private static @Nullable String lastFingerprint(MemoryJob job) {
    return job.attempts().stream()
        .filter(attempt -> FAILURES.contains(attempt.outcome()))
        .reduce((first, second) -> second)
        .flatMap(JobAttempt::fingerprint)
        .orElse(null);
  }

  /** As PostgreSQL orders ids, which Java compares as signed numbers. */
  private static int compare(UUID one, UUID other) {
    return Objects.compare(one.toString(), other.toString(), Comparator.naturalOrder());
  }
}
