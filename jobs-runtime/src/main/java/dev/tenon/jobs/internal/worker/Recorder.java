package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.CarefulLog;
import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.store.ReleasedJobs;
import dev.tenon.jobs.internal.store.ReportStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what the attempts of a worker report: log lines, progress and outcomes, many with one
 * statement. Whatever piles up while one batch is written makes the next batch. The lines of an
 * attempt are written before its outcome, since with the outcome the lease ends; no outcome waits
 * for the lines of others, nor for long for another workflow that somebody has locked. While the
 * database is away everything is kept and tried again; what it refuses is replaced by something
 * that it takes. Thread-safe.
 */
final class Recorder implements ReportSink {

  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final Duration REPORT_INTERVAL = Duration.ofMillis(200);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

  /** For so long after others had locked a job, the rows of jobs are waited for only shortly. */
  private static final Duration JOB_IS_HELD = Duration.ofSeconds(15);

  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_TASK = Duration.ofSeconds(1);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /** How often it is looked whether workflows are free again that others held. */
  private static final Duration HELD_INTERVAL = Duration.ofSeconds(1);

  /**
   * How often they are waited for. If many workers end jobs of the same workflow all the time, it
   * is never free when one only looks.
   */
  private static final Duration WAIT_INTERVAL = Duration.ofSeconds(15);

  /** Each takes a moment. */
  private static final int MAX_TRIES_IN_VAIN = 4;

  private static final int MAX_ENDS = 500;
  private static final int MAX_LINES = 2000;

  /** How many bytes the outcomes or the lines of one statement may have; one is always written. */
  private static final long MAX_BATCH_BYTES = 4L * 1024 * 1024;

  /** When so many outcomes wait, or so many bytes of them, no more jobs are claimed. */
  static final int MAX_WAITING_ENDS = 2000;

  static final long MAX_WAITING_BYTES = 32L * 1024 * 1024;

  private final OutcomeStore outcomes;
  private final Tasks tasks;
  private final Consumer<ReleasedJobs> released;
  private final BackgroundLoop loop;
  private final String workerId;
  private final LineLimiter heldLines = new LineLimiter(LOG_INTERVAL);
  private final LogBuffer log;
  private final ConcurrentHashMap<UUID, ProgressReport> progress = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Ended> ends = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingEnds = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();

  /** Not an {@code ArrayDeque}: if memory runs out while that grows, it loses what is in it. */
  private final Queue<Ended> taken = new ConcurrentLinkedQueue<>();

  /** Those whose workflows were held by other transactions; also no {@code ArrayDeque}. */
  private final Queue<Ended> held = new ConcurrentLinkedQueue<>();

  private long heldTriedNanos;
  private long heldAwaitedNanos;

  /** The one that is waited for now, though more ends of its jobs are held. */
  private @Nullable UUID awaited;

  private final BatchWriter<LogLine> lineBatches;
  private final BatchWriter<ProgressReport> progressBatches;
  private final BatchWriter<Ended> endBatches;

  /** When somebody had locked a job outside of workflows; null if that never was so. */
  private @Nullable Long jobHeldNanos;

  private final CountDownLatch everythingIsRecorded = new CountDownLatch(1);
  private volatile boolean closing;

  /**
   * An attempt that is over.
   *
   * @param workflowId of the job; null if it belongs to none
   * @param turn of the slot, in which a next task may go on; null if none does
   * @param recorded is told when it is recorded: true if it was under its lease
   */
  private record Ended(
      AttemptEnd end,
      @Nullable UUID workflowId,
      @Nullable SlotTurn turn,
      Consumer<Boolean> recorded,
      boolean isReplacement) {

    Lease lease() {
      return end.lease();
    }

    Ended withoutTurn() {
      return new Ended(end, workflowId, null, recorded, isReplacement);
    }
  }

  /** Goes on with the next tasks of workflows, in the place of those that have ended. */
  interface Tasks {

    /** A job of a workflow has ended, and will be recorded. */
    void ended();

    /** What may be claimed when so many have ended. */
    NextTasks claimable(int ended);

    /**
     * Starts what was claimed. Throws nothing: what cannot be started is given back.
     *
     * @param turns those of the jobs that have ended: one or more, and at least as many as jobs
     */
    void start(List<ClaimedJob> jobs, List<SlotTurn> turns);

    /** So many of the jobs that have ended are recorded, and what follows them is started. */
    void recorded(int jobs);
  }

  /**
   * A recorder.
   *
   * @param name of its thread
   * @param tasks goes on with the next tasks of workflows
   * @param released is told what else can be started since jobs of workflows have ended
   */
  Recorder(
      OutcomeStore outcomes,
      ReportStore reports,
      String workerId,
      String name,
      Tasks tasks,
      Consumer<ReleasedJobs> released) {
    this.outcomes = outcomes;
    this.tasks = tasks;
    this.released = released;
    this.workerId = workerId;
    this.lineBatches =
        new BatchWriter<>(lines -> isDone(reports::log, lines), true, Recorder::dropLine);
    this.progressBatches =
        new BatchWriter<>(some -> isDone(reports::progress, some), true, Recorder::dropProgress);
    this.endBatches = new BatchWriter<>(this::finish, false, this::replace);
    this.loop =
        BackgroundLoop.named(name)
            .description("Recording what the jobs of worker " + workerId + " report")
            .whatFollowsAFailure("Outcomes, log lines and progress are kept.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::record);
    this.log = new LogBuffer(() -> loop.isAlive() && !loop.isFailing());
  }

  private static <T> boolean isDone(Consumer<List<T>> statement, List<T> items) {
    statement.accept(items);
    return true;
  }

  void start() {
    loop.start();
  }

  boolean isAlive() {
    return loop.isAlive();
  }

  /** Whether so much waits to be recorded that no more jobs should be started. */
  boolean isFull() {
    return waitingEnds.get() >= MAX_WAITING_ENDS || waitingBytes.get() >= MAX_WAITING_BYTES;
  }

  /** How many outcomes wait to be recorded. */
  int waitingEnds() {
    return waitingEnds.get();
  }

  /** Adds a line to the log of a job; waits if the handler is faster than the database. */
  @Override
  public void log(LogLine line) {
    if (log.add(line)) {
      loop.wake();
    }
  }

  @Override
  public void progress(ProgressReport report) {
    progress.put(report.lease().jobId(), report);
  }

  /**
   * Records the end of an attempt.
   *
   * @param workflowId of the job; null if it belongs to none
   * @param turnOfSlot the turn of its slot
   * @param recorded is told when it is recorded: true if it was under its lease
   */
  void end(
      AttemptEnd end, @Nullable UUID workflowId, SlotTurn turnOfSlot, Consumer<Boolean> recorded) {
    SlotTurn turn = workflowId == null ? null : turnOfSlot;
    Ended ended = new Ended(end, workflowId, turn, recorded, false);
    long bytes = Ends.bytes(end);
    if (turn != null) {
      tasks.ended();
    }
    waitingEnds.incrementAndGet();
    waitingBytes.addAndGet(bytes);
    try {
      ends.add(ended);
    } catch (Error e) {
      // Memory has run out. The outcome must not count as waiting for ever.
      uncount(ended);
      throw e;
    }
    loop.wake();
  }

  /** Nothing more comes: it stops when everything is recorded. */
  void finishSoon() {
    closing = true;
    loop.wake();
  }

  /** Records what there is, for as long as given, and stops. Whether everything is recorded. */
  boolean close(Duration timeout) throws InterruptedException {
    finishSoon();
    boolean recorded = everythingIsRecorded.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!recorded) {
      LOG.error(
          "{} outcomes could not be recorded before the worker stopped, since PostgreSQL cannot be reached, or"
              + " other transactions hold what they change. Other workers run these jobs again.",
          waitingEnds.get());
    }
    return loop.close(LAST_TASK) && recorded;
  }

  private Duration record() {
    // Before it is looked for what waits: nothing comes after that
    boolean isLast = closing;
    for (Ended end = ends.poll(); end != null; end = ends.poll()) {
      taken.add(end);
      if (end.end() instanceof AttemptEnd.Completed) {
        // It stands at 100: what it said before need not be written any more
        progress.remove(end.lease().jobId());
      }
    }
    if (lineBatches.isEmpty()) {
      lineBatches.add(log.take(MAX_LINES, MAX_BATCH_BYTES));
    }
    if (progressBatches.isEmpty()) {
      progressBatches.add(takeProgress());
    }
    @Nullable Throwable failure = failureOf(lineBatches);
    if (!BatchWriter.isOutage(failure)) {
      failure = first(failure, failureOf(progressBatches));
    }
    if (!BatchWriter.isOutage(failure)) {
      tryHeld();
      takeEnds();
      failure = first(failure, failureOf(endBatches));
      awaited = null;
    }
    logHeld();
    rethrow(failure);
    boolean nothingWaits = taken.isEmpty() && log.isEmpty() && ends.isEmpty();
    if (nothingWaits && held.isEmpty() && isLast) {
      everythingIsRecorded.countDown();
      loop.closeSoon();
    }
    return nothingWaits ? REPORT_INTERVAL : Duration.ZERO;
  }

  private static @Nullable Throwable failureOf(BatchWriter<?> batches) {
    try {
      batches.write();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static @Nullable Throwable first(@Nullable Throwable one, @Nullable Throwable other) {
    return one == null ? other : one;
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private List<ProgressReport> takeProgress() {
    List<ProgressReport> batch = new ArrayList<>();
    for (ProgressReport report : progress.values()) {
      if (progress.remove(report.lease().jobId(), report)) {
        batch.add(report);
      }
    }
    return batch;
  }

  /** Takes the ends that wait for no lines of their own. */
  private void takeEnds() {
    Set<Lease> unwritten = lineBatches.items().map(LogLine::lease).collect(Collectors.toSet());
    List<Ended> ready = new ArrayList<>();
    for (Iterator<Ended> each = taken.iterator(); each.hasNext(); ) {
      Ended end = each.next();
      if (!unwritten.contains(end.lease()) && !log.has(end.lease())) {
        each.remove();
        ready.add(end);
      }
    }
    inBatches(ready).forEach(endBatches::add);
  }

  /** In batches of a limited size. */
  private static List<List<Ended>> inBatches(List<Ended> ends) {
    List<List<Ended>> batches = new ArrayList<>();
    List<Ended> batch = new ArrayList<>();
    long bytes = 0;
    for (Ended end : ends) {
      long size = Ends.bytes(end.end());
      if (batch.size() >= MAX_ENDS || (!batch.isEmpty() && bytes + size > MAX_BATCH_BYTES)) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(end);
      bytes += size;
    }
    batches.add(batch);
    return batches;
  }

  /**
   * Records what other transactions held, as far as it is free by now. If it cannot be recorded for
   * another reason, it goes the way of all others, on which the items at fault are found.
   */
  private void tryHeld() {
    long now = System.nanoTime();
    if (held.isEmpty() || now - heldTriedNanos < HELD_INTERVAL.toNanos()) {
      return;
    }
    if (now - heldAwaitedNanos > WAIT_INTERVAL.toNanos()) {
      heldAwaitedNanos = now;
      awaitFirstHeld();
    }
    for (List<Ended> batch : inBatches(List.copyOf(held))) {
      List<Ended> left = List.of();
      try {
        left = recordWhatIsFree(batch);
      } catch (RuntimeException | Error e) {
        endBatches.add(batch);
        LOG.debug("Outcomes whose workflows were held are tried again with all others.", e);
      }
      // Those that were in vain have others before them the next time
      removeFromHeld(batch);
      held.addAll(left);
    }
    heldTriedNanos = System.nanoTime();
  }

  /** Has the workflow waited for that has been held for longest. */
  private void awaitFirstHeld() {
    UUID first = held.element().workflowId();
    List<Ended> batch =
        inBatches(held.stream().filter(each -> Objects.equals(each.workflowId(), first)).toList())
            .get(0);
    awaited = first;
    endBatches.add(batch);
    removeFromHeld(batch);
  }

  private void removeFromHeld(List<Ended> batch) {
    Set<Ended> removed = Collections.newSetFromMap(new IdentityHashMap<>());
    removed.addAll(batch);
    held.removeIf(removed::contains);
  }

  private void logHeld() {
    if (!held.isEmpty() && heldLines.admit(workerId) > 0) {
      LOG.warn(
          "Outcomes of worker {} wait, because other transactions have locked their workflows: {} by now. All"
              + " others are recorded in the meantime.",
          workerId,
          held.size());
    }
  }

  /**
   * Records the ends of attempts, except those whose workflows other transactions hold. Whether it
   * has recorded any.
   */
  private boolean finish(List<Ended> batch) {
    Set<UUID> heldWorkflows = held.stream().map(Ended::workflowId).collect(Collectors.toSet());
    heldWorkflows.remove(awaited);
    List<Ended> toHold = new ArrayList<>();
    List<Ended> free = new ArrayList<>();
    for (Ended ended : batch) {
      (heldWorkflows.contains(ended.workflowId()) ? toHold : free).add(ended);
    }
    if (!free.isEmpty()) {
      try {
        recordAll(free);
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers() || free.stream().allMatch(each -> each.workflowId() == null)) {
          throw e;
        }
        // What comes next of it is not waited for as well
        awaited = null;
        toHold.addAll(recordWhatIsFree(free));
      }
    }
    toHold.forEach(this::hold);
    return toHold.size() < batch.size();
  }

  private void hold(Ended ended) {
    if (held.isEmpty()) {
      heldTriedNanos = System.nanoTime();
      heldAwaitedNanos = heldTriedNanos;
    }
    if (ended.turn() != null) {
      // No slot is kept free for the task that follows
      tasks.recorded(1);
    }
    held.add(ended.withoutTurn());
  }

  private void recordAll(List<Ended> batch) {
    List<AttemptEnd> attempts = batch.stream().map(Ended::end).toList();
    List<SlotTurn> turns = batch.stream().map(Ended::turn).filter(Objects::nonNull).toList();
    if (batch.stream().allMatch(each -> each.workflowId() == null)) {
      recordPlain(batch, attempts);
      return;
    }
    List<SlotTurn> goOn = turns.stream().filter(SlotTurn::mayGoOn).map(SlotTurn::goesOn).toList();
    OutcomeStore.Finished finished = outcomes.finish(attempts, tasks.claimable(goOn.size()));
    done(batch, finished.recorded());
    if (!goOn.isEmpty()) {
      tasks.start(finished.claimed(), goOn);
    }
    if (!turns.isEmpty()) {
      tasks.recorded(turns.size());
    }
    tellReleased(finished.released());
  }

  /**
   * Records ends of jobs outside of workflows. If somebody has locked one of these jobs, that has
   * taken two seconds; the batch is halved then, and for a while nobody is waited for that long.
   */
  private void recordPlain(List<Ended> batch, List<AttemptEnd> attempts) {
    Long held = jobHeldNanos;
    try {
      if (held != null && System.nanoTime() - held < JOB_IS_HELD.toNanos()) {
        // None of them is in a workflow that others might hold
        List<Ended> unused = recordFree(batch);
      } else {
        done(batch, outcomes.finish(attempts));
      }
    } catch (StoreUnavailableException e) {
      if (e.isHeldByOthers()) {
        jobHeldNanos = System.nanoTime();
      }
      throw e;
    }
  }

  /**
   * Records those whose workflows nobody holds at the moment, and waits for none. If somebody holds
   * another workflow, in which tasks wait for one of these, they are tried one by one.
   *
   * @return the others
   */
  private List<Ended> recordWhatIsFree(List<Ended> batch) {
    try {
      return recordFree(batch);
    } catch (StoreUnavailableException e) {
      if (!e.isHeldByOthers()) {
        throw e;
      }
    }
    Map<@Nullable UUID, List<Ended>> byWorkflow = new LinkedHashMap<>();
    batch.forEach(
        each ->
            byWorkflow.computeIfAbsent(each.workflowId(), unused -> new ArrayList<>()).add(each));
    List<Ended> plain = byWorkflow.remove(null);
    if (plain != null) {
      recordAll(plain);
    }
    List<Ended> untried = new ArrayList<>();
    List<Ended> inVain = new ArrayList<>();
    int triesInVain = 0;
    for (List<Ended> ofWorkflow : byWorkflow.values()) {
      if (triesInVain == MAX_TRIES_IN_VAIN) {
        untried.addAll(ofWorkflow);
        continue;
      }
      try {
        inVain.addAll(recordFree(ofWorkflow));
      } catch (RuntimeException | Error e) {
        // What is recorded must not be tried again, so this throws nothing from now on
        triesInVain++;
        inVain.addAll(ofWorkflow);
        CarefulLog.write(() -> LOG.debug("The outcomes of a workflow are tried again.", e));
      }
    }
    untried.addAll(inVain);
    return untried;
  }

  private List<Ended> recordFree(List<Ended> batch) {
    Map<UUID, UUID> workflows = new HashMap<>();
    for (Ended ended : batch) {
      if (ended.workflowId() != null) {
        workflows.put(ended.lease().jobId(), ended.workflowId());
      }
    }
    OutcomeStore.FinishedInPart finished =
        outcomes.finishFree(batch.stream().map(Ended::end).toList(), workflows);
    List<Ended> others = new ArrayList<>();
    for (Ended ended : batch) {
      if (ended.workflowId() != null && !finished.free().contains(ended.workflowId())) {
        others.add(ended);
        continue;
      }
      done(ended, finished.recorded().contains(ended.lease().jobId()));
      if (ended.turn() != null) {
        tasks.recorded(1);
      }
    }
    tellReleased(finished.released());
    return others;
  }

  private void done(List<Ended> batch, Set<UUID> recorded) {
    for (Ended ended : batch) {
      done(ended, recorded.contains(ended.lease().jobId()));
    }
  }

  private void tellReleased(ReleasedJobs some) {
    if (some.isNothing()) {
      return;
    }
    try {
      released.accept(some);
    } catch (RuntimeException | Error e) {
      // What is recorded is recorded; the relay finds what can be started
      LOG.error("The tasks of workflows that can start now are started a little later.", e);
    }
  }

  private void done(Ended ended, boolean underLease) {
    waitingEnds.decrementAndGet();
    waitingBytes.addAndGet(-Ends.bytes(ended.end()));
    try {
      ended.recorded().accept(underLease);
    } catch (RuntimeException | Error e) {
      // It is recorded, and must not be written again; and the others of the batch must hear of it
      CarefulLog.write(
          () ->
              LOG.error(
                  "Job {} cannot be told that its outcome is recorded.", ended.lease().jobId(), e));
    }
  }

  private void uncount(Ended ended) {
    waitingEnds.decrementAndGet();
    waitingBytes.addAndGet(-Ends.bytes(ended.end()));
    if (ended.turn() != null) {
      tasks.recorded(1);
    }
  }

  private void replace(Ended ended, Throwable e) {
    UUID jobId = ended.lease().jobId();
    if (ended.isReplacement()) {
      LOG.error(
          "The outcome of job {} cannot be recorded in any form ({}). The job is given back.",
          jobId,
          LoggableFailure.describe(e));
      // The heartbeat finds that the table has a job that nobody runs
      done(ended, false);
      if (ended.turn() != null) {
        tasks.recorded(1);
      }
      return;
    }
    AttemptEnd replacement = Ends.replacement(ended.end(), e);
    LOG.error(
        "The outcome {} of job {} cannot be recorded ({}). What is recorded instead: {}.",
        ended.end().outcome().code(),
        jobId,
        LoggableFailure.describe(e),
        replacement.outcome().code());
    waitingBytes.addAndGet(Ends.bytes(replacement) - Ends.bytes(ended.end()));
    endBatches.add(
        List.of(new Ended(replacement, ended.workflowId(), ended.turn(), ended.recorded(), true)));
  }

  private static void dropLine(LogLine line, Throwable e) {
    LOG.warn(
        "A line of the log of job {} cannot be recorded ({}); it is dropped.",
        line.lease().jobId(),
        LoggableFailure.describe(e));
  }

  private static void dropProgress(ProgressReport report, Throwable e) {
    LOG.warn(
        "A progress report of job {} cannot be recorded ({}); it is dropped.",
        report.lease().jobId(),
        LoggableFailure.describe(e));
  }
}
