package dev.tenon.jobs.store;

/** A process that has been replaced as leader tried to act as one. Nothing was changed. */
public final class LeadershipLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeadershipLostException(Leadership leadership) {
    super(
        "Process "
            + leadership.holder()
            + " does not lead any more: its term "
            + leadership.token()
            + " is over.");
  }
}
