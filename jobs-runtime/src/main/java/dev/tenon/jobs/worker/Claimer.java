package dev.tenon.jobs.worker;

import dev.tenon.jobs.background.BackgroundLoop;
import dev.tenon.jobs.background.LoggableFailure;
import dev.tenon.jobs.store.ClaimedJob;
import dev.tenon.jobs.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs for a worker while it has free slots, on a thread of its own. When memory runs out
 * while jobs are claimed, it goes on one by one for a while, so that a job that is too large is
 * found, and takes no others with it. Thread-safe.
 */
final class Claimer {

  /** How long to wait for a free slot, and then for a pointer. */
  private static final Duration CLAIM_WAIT = Duration.ofMillis(500);

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(2);
  private static final Duration PAUSE_WHEN_FULL = Duration.ofMillis(100);
  private static final int MAX_CLAIMS = 200;

  /** After memory ran out, jobs are claimed one by one for that long. */
  private static final Duration ONE_BY_ONE = Duration.ofMinutes(1);

  private final JobFeed feed;
  private final Semaphore slots;
  private final BooleanSupplier mayStartMore;
  private final LostClaims lostClaims;
  private final Consumer<ClaimedJob> start;
  private final BackgroundLoop loop;
  private volatile boolean oneByOne;
  private volatile @Nullable Throwable failure;
  private long memoryRanOutNanos;

  /**
   * A claimer.
   *
   * @param slots has a permit for each free slot; what is started takes one with it
   * @param mayStartMore whether jobs should be started at all, though there may be free slots
   * @param lostClaims what becomes of jobs that were claimed and did not arrive
   * @param start starts a job; if it throws, the job is not started and its slot is free
   */
  Claimer(
      String workerId,
      JobFeed feed,
      Semaphore slots,
      BooleanSupplier mayStartMore,
      LostClaims lostClaims,
      Consumer<ClaimedJob> start) {
    this.feed = feed;
    this.slots = slots;
    this.mayStartMore = mayStartMore;
    this.lostClaims = lostClaims;
    this.start = start;
    this.loop =
        BackgroundLoop.named("tenon-claimer-" + workerId)
            .description("Claiming jobs for worker " + workerId)
            .whatFollowsAFailure("The jobs wait.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::claim);
  }

  void start() {
    loop.start();
  }

  boolean isAlive() {
    return loop.isAlive();
  }

  /** Claims nothing any more. A claim that has begun comes to its end. */
  void close() throws InterruptedException {
    while (!loop.close(CLAIM_WAIT)) {
      // What it claims must be started and counted before the worker waits for what runs
      feed.wake();
    }
    feed.pause();
  }

  /** What is not as it should be; empty if all is well. */
  Optional<String> problem() {
    Throwable last = failure;
    if (oneByOne) {
      return Optional.of(
          "memory ran out while it claimed jobs, and it claims them one by one for "
              + DisplayText.of(ONE_BY_ONE)
              + "; see the log for jobs that are too large");
    }
    if (last == null) {
      return Optional.empty();
    }
    return Optional.of(
        last instanceof StoreUnavailableException
            ? "it cannot claim jobs, since the database cannot be reached"
            : "it cannot claim jobs (" + LoggableFailure.describe(last) + ")");
  }

  private Duration claim() throws InterruptedException {
    if (!mayStartMore.getAsBoolean()) {
      feed.pause();
      return PAUSE_WHEN_FULL;
    }
    if (!slots.tryAcquire(CLAIM_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      feed.pause();
      return Duration.ZERO;
    }
    if (oneByOne && System.nanoTime() - memoryRanOutNanos > ONE_BY_ONE.toNanos()) {
      oneByOne = false;
    }
    boolean alone = oneByOne;
    int free = alone ? 1 : 1 + slots.drainPermits();
    int used = 0;
    boolean arrived = false;
    try {
      List<ClaimedJob> jobs = feed.next(Math.min(free, MAX_CLAIMS), CLAIM_WAIT);
      arrived = true;
      for (ClaimedJob job : jobs) {
        start.accept(job);
        used++;
      }
      failure = null;
      return Duration.ZERO;
    } catch (RuntimeException | Error e) {
      failure = e;
      if (MemoryShortage.isCauseOf(e)) {
        oneByOne = true;
        memoryRanOutNanos = System.nanoTime();
        throw new MemoryShortage(lostClaims.settle(alone && !arrived), e);
      }
      throw e;
    } finally {
      slots.release(free - used);
    }
  }
}
