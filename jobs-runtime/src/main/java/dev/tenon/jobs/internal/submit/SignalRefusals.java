package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import dev.tenon.jobs.internal.store.SignalStore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The exceptions for signals that are refused, with their messages. */
public final class SignalRefusals {

  private SignalRefusals() {}

  /**
   * Returns the exception for a signal that a job refuses.
   *
   * @param signal the name of the signal
   * @param jobType the type of the job; null if it is unknown
   */
  public static SignalRefusedException ofJob(
      Reason reason, String signal, @Nullable String jobType, UUID jobId) {
    return new SignalRefusedException(
        reason, message(reason, signal, jobType, jobId), jobType, jobId);
  }

  private static String message(
      Reason reason, String signal, @Nullable String jobType, UUID jobId) {
    return switch (reason) {
      case JOB_ENDED ->
          "Job %s of type '%s' has ended, so it cannot get the signal '%s'."
              .formatted(jobId, jobType, signal);
      case NOT_AWAITED ->
          "The handler of job type '%s' does not wait for the signal '%s'. Add a wait for it (@Awaits) and deploy the workers first, or send another signal."
              .formatted(jobType, signal);
      case TOO_MANY ->
          "Job %s of type '%s' has %,d signals that its handler has not taken, which is the limit. Find out with 'tenon show %s' what it waits for."
              .formatted(jobId, jobType, SignalStore.MAX_UNDELIVERED, jobId);
      case USED_TOKEN -> "A signal was already sent with this token.";
      case UNKNOWN_TOKEN, NO_JOB ->
          "Job %s cannot get the signal '%s' (%s).".formatted(jobId, signal, reason.code());
    };
  }

  /** Returns the exception for a signal to an item that no job waits for. */
  public static SignalRefusedException noJob(String itemId, String signal) {
    return new SignalRefusedException(
        Reason.NO_JOB,
        "No job that has not ended belongs to the item '%s' and waits for the signal '%s'."
            .formatted(itemId, signal),
        null,
        null);
  }

  /** Returns the exception for a signal whose token does not exist. */
  public static SignalRefusedException unknownToken(String signal) {
    return new SignalRefusedException(
        Reason.UNKNOWN_TOKEN,
        "There is no such token for the signal '%s', or its job is no longer kept."
            .formatted(signal),
        null,
        null);
  }
}
