package dev.tenon.jobs.durable;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Thrown when a signal cannot be delivered to a job. Nothing is stored. */
public final class SignalRefusedException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /**
   * Creates the exception.
   *
   * @param reason the reason
   * @param message what is wrong, and what to do about it
   * @param jobType the job type; null if it is unknown
   * @param jobId the job; null if it is unknown
   */
  public SignalRefusedException(
      Reason reason, String message, @Nullable String jobType, @Nullable UUID jobId) {
    super(message, jobType, jobId, null);
    this.reason = reason;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }

  /** The reason that a signal is refused. */
  public enum Reason {
    /** The job has ended. */
    JOB_ENDED,
    /** The handler of the job does not wait for this signal. */
    NOT_AWAITED,
    /** No job that has not ended belongs to the item and waits for this signal. */
    NO_JOB,
    /** There is no such token, or its job is no longer kept. */
    UNKNOWN_TOKEN,
    /** A signal was already sent with the token. */
    USED_TOKEN,
    /** The job has too many signals that its handler has not taken. */
    TOO_MANY;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The reason as it is shown, such as {@code used_token}. */
    public String code() {
      return code;
    }

    /**
     * The reason with the given code.
     *
     * @throws IllegalArgumentException if there is no such reason
     */
    public static Reason ofCode(String code) {
      return Codes.find(values(), Reason::code, code);
    }
  }
}
