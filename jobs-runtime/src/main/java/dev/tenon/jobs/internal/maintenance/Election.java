package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's part in the election of the leader. {@link #current} and {@link #lost} are for all
 * threads, everything else for one.
 */
final class Election {

  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final Duration TERM = Duration.ofSeconds(10);
  private static final Duration RENEWAL = Duration.ofSeconds(3);

  private final String holder =
      ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);
  private final LeaderStore store;
  private volatile @Nullable Lead lead;
  private boolean hasAsked;
  private long askedAtNanos;

  /** A lead, and the time when it was requested. */
  private record Lead(Leadership leadership, long askedAtNanos) {}

  Election(LeaderStore store) {
    this.store = store;
  }

  /** Returns the leadership, if this process has it and its term has not ended. */
  @Nullable Leadership current() {
    Lead current = lead;
    // Much time may have passed since the leadership was requested: the process may have been
    // suspended
    return current == null || System.nanoTime() - current.askedAtNanos() >= TERM.toNanos()
        ? null
        : current.leadership();
  }

  /**
   * Remembers whether some process is the leader, as a look has just found. If there is one, it is
   * pointless to try to become leader, which would write to a row that all processes share.
   */
  void heard(boolean isLed) {
    if (lead != null) {
      return;
    }
    if (isLed) {
      hasAsked = true;
      askedAtNanos = System.nanoTime();
    } else {
      hasAsked = false;
    }
  }

  /** Takes the leadership over from a leader whose process has ended. */
  void takeOver(LeaderStore.Leader ended) {
    long now = System.nanoTime();
    Optional<Leadership> answer = store.takeOver(ended, holder, TERM);
    if (answer.isPresent()) {
      hasAsked = true;
      askedAtNanos = now;
      LOG.info(
          "The process that did maintenance has ended. Process {} does it from now on (term {}).",
          holder,
          answer.get().token());
      answered(new Lead(answer.get(), now));
    }
  }

  /** Asks for the leadership, or renews it, when it is time to. */
  void askIfDue() {
    long now = System.nanoTime();
    if (hasAsked && now - askedAtNanos < RENEWAL.toNanos()) {
      return;
    }
    hasAsked = true;
    askedAtNanos = now;
    Optional<Leadership> answer = store.acquire(holder, TERM);
    boolean led = lead != null;
    if (answer.isPresent() && !led) {
      LOG.info("Process {} does maintenance from now on (term {}).", holder, answer.get().token());
    } else if (answer.isEmpty() && led) {
      LOG.info("Another process does maintenance from now on, not {}.", holder);
    }
    answered(answer.map(leadership -> new Lead(leadership, now)).orElse(null));
  }

  private synchronized void answered(@Nullable Lead answer) {
    lead = answer;
  }

  /** Drops this lead, but not one that was obtained meanwhile. */
  synchronized void lost(Leadership leadership) {
    Lead current = lead;
    if (current != null && current.leadership().equals(leadership)) {
      lead = null;
    }
  }

  /** Gives up the leadership, so that another process can take it immediately. */
  void resign() {
    Lead current = lead;
    lead = null;
    if (current != null) {
      try {
        store.release(current.leadership());
      } catch (RuntimeException e) {
        LOG.info("The lead could not be given up; it ends within {} s.", TERM.toSeconds(), e);
      }
    }
  }
}
