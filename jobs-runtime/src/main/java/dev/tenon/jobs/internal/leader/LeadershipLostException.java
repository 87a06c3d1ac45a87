package dev.tenon.jobs.internal.leader;

/**
 * Thrown when a process that was replaced as leader tries to act as the leader. Nothing was
 * changed.
 */
public final class LeadershipLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeadershipLostException(Leadership leadership) {
    super(
        "Process "
            + leadership.holder()
            + " is no longer the leader: its term "
            + leadership.token()
            + " has ended.");
  }
}
