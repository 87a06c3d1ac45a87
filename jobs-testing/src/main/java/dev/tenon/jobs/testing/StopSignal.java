package dev.tenon.jobs.testing;

import dev.tenon.jobs.internal.codes.Codes;
import dev.tenon.jobs.internal.steps.StopReason;
import java.util.Locale;

/** A reason for stopping a handler. */
public enum StopSignal {
  /** Somebody cancels the job. */
  CANCEL(StopReason.CANCELLED),
  /** The attempt takes longer than its timeout. */
  TIMEOUT(StopReason.TIMED_OUT),
  /** The worker is shutting down, and its grace period has ended. */
  SHUTDOWN(StopReason.SHUTDOWN);

  private final String code = name().toLowerCase(Locale.ROOT);
  private final StopReason reason;

  StopSignal(StopReason reason) {
    this.reason = reason;
  }

  /** The signal as it is shown, such as {@code timeout}. */
  public String code() {
    return code;
  }

  /**
   * The signal with the given code.
   *
   * @throws IllegalArgumentException if there is no such signal
   */
  public static StopSignal ofCode(String code) {
    return Codes.find(values(), StopSignal::code, code);
  }

  StopReason reason() {
    return reason;
  }
}
