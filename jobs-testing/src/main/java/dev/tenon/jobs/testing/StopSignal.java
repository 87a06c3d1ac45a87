package dev.tenon.jobs.testing;

import dev.tenon.jobs.internal.worker.StopReason;

/** Why a handler is told to stop. */
public enum StopSignal {
  /** Somebody cancels the job. */
  CANCEL(StopReason.CANCELLED),
  /** The attempt takes longer than its timeout. */
  TIMEOUT(StopReason.TIMED_OUT),
  /** The worker shuts down, and its grace period is over. */
  SHUTDOWN(StopReason.SHUTDOWN);

  private final StopReason reason;

  StopSignal(StopReason reason) {
    this.reason = reason;
  }

  StopReason reason() {
    return reason;
  }
}
