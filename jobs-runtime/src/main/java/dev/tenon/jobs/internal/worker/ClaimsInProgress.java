package dev.tenon.jobs.internal.worker;

/**
 * The claims of a worker that are in progress: those of its claiming thread, and those of its
 * recorders, which claim the next tasks of workflows. Until such a claim has ended, the worker may
 * run jobs according to the table that it does not know yet. Thread-safe.
 */
final class ClaimsInProgress {

  /** The number of the last look, with which the claims after it are marked. */
  private long looks;

  private int begunSince;
  private int begunBefore;

  /** Notes that a claim begins, and returns its mark for {@link #ended(long)}. */
  synchronized long begins() {
    begunSince++;
    return looks;
  }

  /** Notes that a claim has ended: its jobs are started or released, or it has failed. */
  synchronized void ended(long mark) {
    if (mark == looks) {
      begunSince--;
    } else {
      begunBefore--;
    }
  }

  /**
   * Returns a number. As soon as another call returns another one, all claims that are in progress
   * now have ended. While none is in progress, each call returns another number.
   */
  synchronized long look() {
    if (begunBefore == 0) {
      looks++;
      begunBefore = begunSince;
      begunSince = 0;
    }
    return looks;
  }
}
