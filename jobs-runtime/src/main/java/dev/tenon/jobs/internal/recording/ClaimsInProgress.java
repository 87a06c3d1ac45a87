package dev.tenon.jobs.internal.recording;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The claims of a worker that are in progress: those that have been or are about to be sent, and
 * whose jobs have not all been started. A job that the worker runs according to the table, and does
 * not know, may belong to one of them. Thread-safe.
 */
public final class ClaimsInProgress {

  /** In the order of their beginnings. */
  private final Deque<Claim> claims = new ArrayDeque<>();

  private long lastNumber;

  /** Creates an object without claims. */
  public ClaimsInProgress() {}

  /** A claim in progress. */
  public static final class Claim {

    private final long number;

    private Claim(long number) {
      this.number = number;
    }
  }

  /** Records that a claim begins, before it is decided what may be claimed. */
  public synchronized Claim begin() {
    Claim claim = new Claim(++lastNumber);
    claims.addLast(claim);
    return claim;
  }

  /** Records that all jobs of a claim have been started or released, or did not arrive. */
  public synchronized void end(Claim claim) {
    // Without an allocation, since memory may have run out
    boolean unused = claims.remove(claim);
    notifyAll();
  }

  /** Returns the number of the last claim that has begun; 0 if none has. */
  public synchronized long last() {
    return lastNumber;
  }

  /** Returns whether all claims up to this number have ended. */
  public synchronized boolean haveEnded(long upTo) {
    Claim oldest = claims.peekFirst();
    return oldest == null || oldest.number > upTo;
  }

  /** Waits until all other claims have ended that have begun before this call. */
  public synchronized void awaitOthers(Claim own) throws InterruptedException {
    long upTo = lastNumber;
    while (claims.stream().anyMatch(claim -> claim != own && claim.number <= upTo)) {
      wait();
    }
  }
}
