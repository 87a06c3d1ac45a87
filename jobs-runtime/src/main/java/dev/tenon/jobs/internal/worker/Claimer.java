package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Room;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.MemoryShortage;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs for a worker while it has free slots, on its own thread. When memory runs out while
 * it claims jobs, it claims them one by one for a while, so that a job that is too large is found
 * and does not affect others. Thread-safe.
 */
final class Claimer {

  /** The maximum wait for a free slot, and then for a pointer. */
  private static final Duration CLAIM_WAIT = Duration.ofMillis(500);

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(2);
  private static final Duration PAUSE_WHEN_CLOSED = Duration.ofMillis(100);

  /** The pause while the only jobs that wait are of types that there is no room for. */
  private static final Duration PAUSE_FOR_ROOM = Duration.ofMillis(20);

  /** The maximum wait of a job that was claimed ahead; then it is released, for others to take. */
  private static final Duration MAX_WAIT_FOR_A_SLOT = Duration.ofMillis(500);

  private final JobFeed feed;
  private final Slots slots;
  private final AttemptStarter attempts;
  private final StartGate gate;
  private final LostClaims lostClaims;
  private final DatabaseContact contact;
  private final ClaimsInProgress claims;
  private final BackgroundLoop loop;
  private volatile boolean closing;
  private volatile @Nullable Throwable failure;

  /**
   * Creates a claimer.
   *
   * @param slots decides how many jobs to claim
   * @param attempts starts claimed jobs
   * @param gate decides whether anything may be claimed
   * @param lostClaims handles jobs that were claimed and did not arrive
   * @param contact is notified whether the database can be reached
   */
  Claimer(
      String workerId,
      JobFeed feed,
      Slots slots,
      AttemptStarter attempts,
      StartGate gate,
      LostClaims lostClaims,
      DatabaseContact contact) {
    this.feed = feed;
    this.slots = slots;
    this.attempts = attempts;
    this.gate = gate;
    this.lostClaims = lostClaims;
    this.contact = contact;
    this.claims = lostClaims.claimsInProgress();
    this.loop =
        BackgroundLoop.named("tenon-claimer-" + workerId)
            .description("Claiming jobs for worker " + workerId)
            .whatFollowsAFailure("The jobs wait.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::claimOnce);
  }

  void start() {
    loop.start();
  }

  /** Returns whether the thread has ended although nobody asked it to. */
  boolean hasDied() {
    return !closing && !loop.isAlive();
  }

  /** Does the same as {@link #close} without waiting for a claim that has begun. */
  void closeSoon() {
    closing = true;
    loop.closeSoon();
    feed.wake();
  }

  /** Does the same, and waits for a claim that has begun, up to this time. */
  void close(Duration timeout) throws InterruptedException {
    closeSoon();
    boolean unused = loop.close(timeout);
  }

  /** Stops claiming. A claim that has begun is completed. */
  void close() throws InterruptedException {
    closing = true;
    while (!loop.close(CLAIM_WAIT)) {
      // Its jobs must be started and counted before the worker waits for running ones
      feed.wake();
    }
    feed.pause();
  }

  /** Returns the problem, if there is one; otherwise empty. */
  Optional<String> problem() {
    Throwable last = failure;
    if (lostClaims.isOneByOne()) {
      return Optional.of(
          "memory ran out while it claimed jobs, and it claims them one by one for "
              + DisplayText.of(LostClaims.ONE_BY_ONE)
              + "; see the log for jobs that are too large");
    }
    if (last == null) {
      return Optional.empty();
    }
    return Optional.of(
        last instanceof StoreUnavailableException
            ? "it cannot claim jobs because the database cannot be reached"
            : "it cannot claim jobs (" + LoggableFailure.describe(last) + ")");
  }

  private Duration claimOnce() throws InterruptedException {
    ClaimsInProgress.Claim claim = claims.begin();
    try {
      return claim(claim);
    } finally {
      claims.end(claim);
    }
  }

  private Duration claim(ClaimsInProgress.Claim claim) throws InterruptedException {
    attempts.releaseWaitingFor(MAX_WAIT_FOR_A_SLOT);
    if (!gate.awaitOpen(PAUSE_WHEN_CLOSED)) {
      feed.pause();
      return Duration.ZERO;
    }
    Room room = slots.awaitRoom(CLAIM_WAIT);
    if (closing || room.atMost() == 0) {
      feed.pause();
      return Duration.ZERO;
    }
    boolean alone = lostClaims.isOneByOne();
    if (alone && slots.freeSlots() == 0) {
      return PAUSE_WHEN_CLOSED;
    }
    boolean arrived = false;
    try {
      // Before the claim is sent: if the process is suspended after that, others may have the jobs
      SlotTurn turn = SlotTurn.begins();
      List<ClaimedJob> jobs = feed.next(alone ? Room.ofOne() : room, CLAIM_WAIT);
      arrived = true;
      for (ClaimedJob job : withoutCompanyForSuspects(jobs)) {
        attempts.start(job, turn);
      }
      failure = null;
      return jobs.isEmpty() && room.somethingDidNotFit() ? PAUSE_FOR_ROOM : Duration.ZERO;
    } catch (RuntimeException | Error e) {
      failure = e;
      contact.failed(e);
      if (MemoryShortage.isCauseOf(e)) {
        throw new MemoryShortage(lostClaims.settle(alone && !arrived, claim), e);
      }
      throw e;
    }
  }

  /**
   * Returns the jobs to start. A job that may end the process starts only when no other waits here,
   * because that one would be lost with it, and count as crashed, too. So jobs that would wait are
   * released first.
   */
  private List<ClaimedJob> withoutCompanyForSuspects(List<ClaimedJob> jobs) {
    if (jobs.stream().noneMatch(ClaimedJob::isSuspect)) {
      return jobs;
    }
    List<Lease> others = attempts.takeWaiting();
    int startable = Math.min(jobs.size(), Math.max(1, slots.freeSlots()));
    jobs.subList(startable, jobs.size()).forEach(job -> others.add(job.lease()));
    lostClaims.release(others);
    return jobs.subList(0, startable);
  }
}
