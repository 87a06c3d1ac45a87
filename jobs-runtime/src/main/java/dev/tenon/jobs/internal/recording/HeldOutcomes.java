package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.background.LineLimiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes whose workflows other transactions have locked. They are tried again every second, and
 * now and then a try waits for the workflow that was locked first: if many workers end jobs of the
 * same workflow all the time, it is never free for a try that does not wait. Not thread-safe.
 */
final class HeldOutcomes {

  private static final Logger LOG = LoggerFactory.getLogger(HeldOutcomes.class);
  private static final Duration TRY_INTERVAL = Duration.ofSeconds(1);
  private static final Duration WAIT_INTERVAL = Duration.ofSeconds(15);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final String workerId;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);
  private final List<EndedAttempt> held = new ArrayList<>();
  private long triedNanos;
  private long waitedNanos;

  /** The workflow that is being waited for, though more outcomes of its jobs are held. */
  private @Nullable UUID awaited;

  HeldOutcomes(String workerId) {
    this.workerId = workerId;
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** Adds an outcome; no slot is kept free for the task that follows. */
  void add(EndedAttempt attempt) {
    if (held.isEmpty()) {
      triedNanos = System.nanoTime();
      waitedNanos = triedNanos;
    }
    held.add(attempt.withoutTurn());
  }

  /** Returns the workflows whose outcomes have to be held, too. */
  Set<UUID> workflows() {
    Set<UUID> workflows = held.stream().map(EndedAttempt::workflowId).collect(Collectors.toSet());
    workflows.remove(awaited);
    return workflows;
  }

  boolean isTryDue() {
    return !held.isEmpty() && System.nanoTime() - triedNanos >= TRY_INTERVAL.toNanos();
  }

  /**
   * Hands over outcomes of the workflow to wait for now, if that is due. They are held until they
   * have been taken.
   */
  void takeAwaited(Consumer<List<EndedAttempt>> taker) {
    long now = System.nanoTime();
    if (now - waitedNanos <= WAIT_INTERVAL.toNanos()) {
      return;
    }
    waitedNanos = now;
    awaited = held.get(0).workflowId();
    List<EndedAttempt> batch =
        EndedAttempt.inBatches(
                held.stream().filter(each -> Objects.equals(each.workflowId(), awaited)).toList())
            .get(0);
    Set<EndedAttempt> taken = Set.copyOf(batch);
    taker.accept(batch);
    held.removeAll(taken);
  }

  /** Returns held outcomes, those that were held the longest first. */
  List<List<EndedAttempt>> inBatches() {
    return EndedAttempt.inBatches(held);
  }

  /** Records that a batch was tried. Those that are left come after others the next time. */
  void wasTried(List<EndedAttempt> batch, List<EndedAttempt> left) {
    held.removeAll(Set.copyOf(batch));
    held.addAll(left);
    triedNanos = System.nanoTime();
  }

  /** Ends the wait for a workflow until the next one is due. */
  void awaitNone() {
    awaited = null;
  }

  void log() {
    if (!held.isEmpty() && lines.admit(workerId) > 0) {
      LOG.warn(
          "{} outcomes of worker {} wait because other transactions have locked their workflows. "
              + "All others are recorded in the meantime.",
          held.size(),
          workerId);
    }
  }
}
