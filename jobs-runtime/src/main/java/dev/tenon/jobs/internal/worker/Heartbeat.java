package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Attempt;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.ExplainedFailure;
import dev.tenon.jobs.internal.background.RestAfterWork;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.store.WorkerStore.Application;
import dev.tenon.jobs.internal.store.WorkerStore.Heard;
import dev.tenon.jobs.internal.store.WorkerStore.Running;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the heartbeats of a worker, so that the others know that it is alive, and compares the
 * worker's jobs with the table. So it finds jobs that were taken from it, jobs that somebody wants
 * cancelled, and jobs that it has claimed without knowing, because the connection broke while the
 * claim was committed.
 */
final class Heartbeat {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration SHORT_LOOK = Duration.ofMillis(500);
  private static final Duration MAX_REST_OF_LOOKS = Duration.ofSeconds(15);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);
  private static final Duration FIRST_RETRY_PAUSE = Duration.ofMillis(500);

  /**
   * The maximum pause between failed heartbeats. It is short because, after a silence, nothing is
   * claimed before the first heartbeat has arrived.
   */
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(2);

  private static final Duration CANCEL_POLL_WITHOUT_BROKER = Duration.ofMillis(500);

  /**
   * The registration of a worker in the table.
   *
   * @param types the job types that it runs, by all of their names, each up to a version
   * @param application its application; null if it is not known
   */
  record Registration(
      String workerId,
      int concurrency,
      Map<String, Integer> types,
      @Nullable Application application) {}

  /** The parts of a worker that its heartbeats deal with. Thread-safe. */
  interface Work {

    /** Returns whether a thread that the worker cannot work without has ended. */
    boolean hasDied();

    /** Returns whether it is notified immediately of jobs to be cancelled. */
    boolean isNotifiedOfCancels();

    /** Stops claiming, or claims again. */
    void quiet(boolean quieted);
  }

  private final WorkerStore store;
  private final Registration registration;
  private final String workerId;
  private final Duration interval;
  private final DatabaseContact contact;
  private final AttemptRegistry attempts;
  private final LostClaims lostClaims;
  private final ClaimsInProgress claims;
  private final Work work;
  private final BackgroundLoop loop;

  /** The rest between looks at all jobs that this worker runs according to the table. */
  private final RestAfterWork rest = new RestAfterWork(MAX_REST_OF_LOOKS);

  /** The rest between deletions of claims whose jobs have all ended. */
  private final RestAfterWork restOfForgetting = new RestAfterWork(MAX_REST_OF_LOOKS);

  /**
   * True if looks are short enough to be part of the heartbeat; a long one would hold the row of
   * the worker.
   */
  private boolean looksAreShort = true;

  private Set<Running> unknownBefore = Set.of();

  /** The last claim that may have brought one of {@link #unknownBefore}. */
  private long claimBefore;

  private long lastBeatNanos;
  private volatile boolean mustBeatNow;
  private boolean isQuieted;
  private volatile boolean isStopping;

  /** The last claim that may have begun before it was quieted. */
  private long claimWhenQuieted;

  /**
   * Creates a heartbeat.
   *
   * @param contact is notified whether the database can be reached
   * @param attempts the attempts of the worker
   * @param lostClaims releases jobs that the worker should run according to the table, and does not
   */
  Heartbeat(
      WorkerStore store,
      Registration registration,
      Duration interval,
      DatabaseContact contact,
      AttemptRegistry attempts,
      LostClaims lostClaims,
      Work work) {
    this.store = store;
    this.registration = registration;
    this.workerId = registration.workerId();
    this.interval = interval;
    this.contact = contact;
    this.attempts = attempts;
    this.lostClaims = lostClaims;
    this.claims = lostClaims.claimsInProgress();
    this.work = work;
    this.loop =
        BackgroundLoop.named("tenon-heartbeat-" + workerId)
            .description("The heartbeat of worker " + workerId)
            .whatFollowsAFailure(
                "If that lasts, other workers run its jobs, and its outcomes are refused.")
            .retryPause(shorter(interval, FIRST_RETRY_PAUSE), shorter(interval, MAX_RETRY_PAUSE))
            .repeat(this::beatOrFail);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /**
   * Registers the worker, so that it may claim jobs, and starts its heartbeats.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached
   */
  void start() {
    register();
    loop.start();
  }

  /** Sends a heartbeat soon, because what it says has changed. */
  void beatNow() {
    mustBeatNow = true;
    loop.wake();
  }

  boolean isFailing() {
    return loop.isFailing();
  }

  void closeSoon() {
    loop.closeSoon();
  }

  void close() throws InterruptedException {
    // It may hang in a statement; then it ends with it
    boolean unused = loop.close(MAX_CLOSE);
  }

  private void register() {
    long sentNanos = System.nanoTime();
    store.register(
        workerId,
        host(),
        ProcessHandle.current().pid(),
        registration.concurrency(),
        registration.types(),
        registration.application());
    arrived(sentNanos);
  }

  private void arrived(long sentNanos) {
    lastBeatNanos = System.nanoTime();
    if (contact.beat(sentNanos)) {
      LOG.warn(
          "Worker {} has sent no heartbeat for a while, so others may have taken its jobs. Jobs "
              + "that it had claimed before, and has not started, are released.",
          workerId);
    }
  }

  /**
   * Sends a heartbeat, and returns the jobs that the worker runs according to the table.
   *
   * @param among only these jobs are considered; empty for all
   */
  private List<Running> beat(Optional<Set<UUID>> among) {
    long sentNanos = System.nanoTime();
    Optional<Heard> heard = store.heartbeat(workerId, isDrained(), among);
    if (heard.isPresent()) {
      arrived(sentNanos);
      if (isStopping && !heard.get().isQuieted()) {
        store.quietAgain(workerId);
      }
      quiet(heard.get().isQuieted());
      return heard.get().running();
    }
    register();
    if (isQuieted || isStopping) {
      // This is true of the process, whatever has happened to its row
      store.quietAgain(workerId);
    }
    return store.running(workerId, among);
  }

  /**
   * Returns whether the worker was quieted and has nothing left to do: the claims that had begun
   * before have ended, and so have their jobs and the handlers of these.
   */
  private boolean isDrained() {
    return isQuieted && claims.haveEnded(claimWhenQuieted) && !attempts.isBusy();
  }

  /**
   * Says with the next heartbeat, which is sent soon, that the worker claims no more jobs while its
   * handlers finish: then nobody counts on it, and an autoscaler does not keep another worker for
   * the jobs that it runs. It waits for nothing, because the grace period of the handlers begins.
   */
  void announceStop() {
    isStopping = true;
    beatNow();
  }

  private void quiet(boolean quieted) {
    if (quieted != isQuieted && !isStopping) {
      isQuieted = quieted;
      LOG.info(
          quieted
              ? "Worker {} claims no more jobs until it is resumed: quieted by an operator. Its "
                  + "running jobs continue."
              : "Worker {} claims jobs again: resumed.",
          workerId);
      work.quiet(quieted);
      claimWhenQuieted = claims.last();
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private Duration beatOrFail() {
    try {
      return beatAndCompare();
    } catch (StoreException e) {
      contact.failed(e);
      throw e;
    }
  }

  private Duration beatAndCompare() {
    boolean beatIsDue = mustBeatNow || System.nanoTime() - lastBeatNanos >= interval.toNanos();
    if (beatIsDue && work.hasDied()) {
      throw new ThreadEndedException(workerId);
    }
    // Jobs that start after this were claimed before the query at the latest
    List<Attempt<?, ?>> mine = List.copyOf(attempts.all());
    if (beatIsDue) {
      beatAndLook(mine);
    } else if (!mine.isEmpty()) {
      compare(mine, store.running(workerId, Optional.of(idsOf(mine))));
    }
    return pause();
  }

  private void beatAndLook(List<Attempt<?, ?>> mine) {
    mustBeatNow = false;
    if (!rest.hasEnded()) {
      compare(mine, beat(Optional.of(idsOf(mine))));
      return;
    }
    List<Running> table;
    if (looksAreShort) {
      // Unless this one is: whatever it waits for, the next heartbeat must not
      looksAreShort = false;
      long startNanos = System.nanoTime();
      table = beat(Optional.empty());
      looked(startNanos);
      compare(mine, table);
    } else {
      compare(mine, beat(Optional.of(idsOf(mine))));
      long startNanos = System.nanoTime();
      try {
        table = store.running(workerId, Optional.empty());
      } finally {
        looked(startNanos);
      }
    }
    releaseUnknown(table);
    if (restOfForgetting.hasEnded()) {
      long startNanos = System.nanoTime();
      try {
        store.forgetClaims(workerId);
      } finally {
        restOfForgetting.begin(startNanos);
      }
    }
  }

  private void looked(long startNanos) {
    looksAreShort = System.nanoTime() - startNanos < SHORT_LOOK.toNanos();
    rest.begin(startNanos);
  }

  private static Set<UUID> idsOf(List<Attempt<?, ?>> mine) {
    return mine.stream().map(Attempt::jobId).collect(Collectors.toSet());
  }

  /**
   * Stops the heartbeats if a thread has ended: without one of its threads a worker does nothing,
   * and must not look alive.
   */
  private static final class ThreadEndedException extends IllegalStateException
      implements ExplainedFailure {

    private static final long serialVersionUID = 1L;

    ThreadEndedException(String workerId) {
      super("a thread of worker " + workerId + " has ended; its jobs are left to others");
    }

    @Override
    public String explanation() {
      return String.valueOf(getMessage());
    }
  }

  private Duration pause() {
    return work.isNotifiedOfCancels() || interval.compareTo(CANCEL_POLL_WITHOUT_BROKER) < 0
        ? interval
        : CANCEL_POLL_WITHOUT_BROKER;
  }

  private void compare(List<Attempt<?, ?>> mine, List<Running> table) {
    Map<UUID, Running> byId =
        table.stream().collect(Collectors.toMap(row -> row.lease().jobId(), Function.identity()));
    for (Attempt<?, ?> attempt : mine) {
      Running row = byId.get(attempt.jobId());
      if (row == null || !row.lease().equals(attempt.lease())) {
        // Unless its end was recorded while the query ran
        if (!attempt.isEnded()) {
          attempts.loseLease(attempt);
        }
      } else if (row.cancelRequested()) {
        boolean unused = attempts.cancel(attempt.jobId());
      }
    }
  }

  /**
   * Releases jobs that this worker runs according to the table, if the worker has not known them
   * for a heartbeat, and every claim that was in progress before that is completed: such a claim
   * may have got the job, and be delayed by another statement before it starts it.
   */
  private void releaseUnknown(List<Running> table) {
    if (!unknownBefore.isEmpty() && !claims.haveEnded(claimBefore)) {
      return;
    }
    claimBefore = claims.last();
    Set<Running> unknown =
        table.stream()
            .filter(row -> !attempts.jobIds().contains(row.lease().jobId()))
            .collect(Collectors.toCollection(HashSet::new));
    Set<Running> twice = new HashSet<>(unknown);
    twice.retainAll(unknownBefore);
    if (!twice.isEmpty()) {
      LOG.warn(
          "Worker {} does not run {} jobs that it runs according to the table: the connection "
              + "broke while it claimed them, or PostgreSQL lost their outcomes in a failover. It "
              + "releases them.",
          workerId,
          twice.size());
      lostClaims.release(twice.stream().map(Running::lease).toList());
      unknown.removeAll(twice);
    }
    unknownBefore = unknown;
  }
}
