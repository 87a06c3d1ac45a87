package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.WakeUp;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.worker.TableLook.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes jobs straight from the table: where there is no RabbitMQ, and while it is away. While
 * nothing happens and the worker would hear of new jobs, it only looks every two seconds, and when
 * a job becomes due that it has seen.
 */
final class TableFeed implements JobFeed {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  /** Another worker of the process asks, and has not got its answer yet. */
  private static final Duration WAIT_FOR_ANSWER = Duration.ofMillis(50);

  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final TableLook look;
  private final Activity activity;
  private final WakeUp wakeUp = new WakeUp();

  /** When the answer was asked for that this worker knows, and when it wants to know more. */
  private long askedNanos = System.nanoTime();

  private long nextNanos = askedNanos;
  private boolean isDueNext;

  /**
   * A feed.
   *
   * @param types the types that are taken, each up to a version
   * @param look tells whether there is something to take
   * @param activity tells whether that has to be asked often
   */
  TableFeed(
      ClaimStore store,
      String workerId,
      Map<String, Integer> types,
      TableLook look,
      Activity activity) {
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.look = look;
    this.activity = activity;
  }

  @Override
  public List<ClaimedJob> next(int max, Duration wait) throws InterruptedException {
    if (activity.isQuiet() && staysQuiet(wait)) {
      return List.of();
    }
    List<ClaimedJob> claimed = claim(max);
    if (claimed.isEmpty()) {
      Duration pause = wait.compareTo(POLL_INTERVAL) < 0 ? wait : POLL_INTERVAL;
      // Woken or not, the caller comes back and looks again
      return wakeUp.await(pause) ? claim(max) : List.of();
    }
    return claimed;
  }

  private List<ClaimedJob> claim(int max) {
    List<ClaimedJob> claimed = store.claimDue(workerId, types, max, MAX_CLAIM_BYTES);
    if (!claimed.isEmpty()) {
      activity.happened();
    }
    return claimed;
  }

  /** Waits for something to claim. Whether there was nothing. */
  private boolean staysQuiet(Duration wait) throws InterruptedException {
    look.answeredSince(askedNanos).ifPresent(this::take);
    long left = Math.max(0, nextNanos - System.nanoTime());
    if (wakeUp.await(Duration.ofNanos(Math.min(wait.toNanos(), left)))) {
      return false;
    }
    if (System.nanoTime() - nextNanos < 0) {
      return true;
    }
    if (isDueNext) {
      isDueNext = false;
      activity.happened();
      return false;
    }
    Optional<Answer> answer = look.since(askedNanos);
    if (answer.isEmpty()) {
      nextNanos = System.nanoTime() + WAIT_FOR_ANSWER.toNanos();
      return true;
    }
    take(answer.get());
    if (answer.get().hasJobs()) {
      activity.happened();
      return false;
    }
    return true;
  }

  private void take(Answer answer) {
    askedNanos = answer.askedNanos();
    nextNanos = answer.nextNanos();
    isDueNext = answer.isDueNext();
  }

  @Override
  public void pause() {
    // What is in the table is free for everybody
  }

  @Override
  public void wake() {
    activity.happened();
    wakeUp.wake();
  }

  @Override
  public void expect(Duration within) {
    activity.expected(within);
  }
}
