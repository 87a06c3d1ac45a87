package dev.tenon.jobs;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The error that an attempt ended with, or the rule that a job was cancelled by. Immutable. */
public final class JobError {

  private final Reason reason;
  private final @Nullable String errorClass;
  private final @Nullable String message;

  private JobError(Reason reason, @Nullable String errorClass, @Nullable String message) {
    this.reason = Objects.requireNonNull(reason, "reason");
    this.errorClass = errorClass;
    this.message = message;
  }

  /**
   * An error.
   *
   * @param reason the reason why the attempt counts as failed, or the job was cancelled
   * @param errorClass the name of the exception's class; null if a rule of Tenon ended the attempt
   * @param message the message of the exception or the rule; null if there is none
   */
  public static JobError of(Reason reason, @Nullable String errorClass, @Nullable String message) {
    return new JobError(reason, errorClass, message);
  }

  /** The reason why the attempt counts as failed, or the job was cancelled. */
  public Reason reason() {
    return reason;
  }

  /**
   * The name of the exception's class, as its language writes it; empty if a rule of Tenon ended
   * the attempt, not an exception.
   */
  public Optional<String> errorClass() {
    return Optional.ofNullable(errorClass);
  }

  /** The message of the exception or the rule; empty if there is none. */
  public Optional<String> message() {
    return Optional.ofNullable(message);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobError error
        && reason == error.reason
        && Objects.equals(errorClass, error.errorClass)
        && Objects.equals(message, error.message);
  }

  @Override
  public int hashCode() {
    return Objects.hash(reason, errorClass, message);
  }

  @Override
  public String toString() {
    return "JobError[reason=%s, errorClass=%s, message=%s]"
        .formatted(reason.code(), errorClass, message);
  }

  /** A reason why an attempt counts as failed, or a job was cancelled by a rule. */
  public enum Reason {
    /** The handler threw an exception, or its payload or result was not valid. */
    EXCEPTION,
    /** The attempt took longer than the timeout of its type. */
    TIMED_OUT,
    /** The worker that ran the attempt stopped sending heartbeats. */
    WORKER_LOST,
    /** The handler ended the process of its worker with {@link System#exit}. */
    PROCESS_ENDED,
    /** The payload does not fit into the memory of the worker. */
    OUT_OF_MEMORY,
    /** The result is larger than the limit for results. */
    RESULT_TOO_LARGE,
    /** PostgreSQL refused to store the outcome. */
    OUTCOME_REFUSED,
    /**
     * No worker started the job in time: it was cancelled by its {@code startWithin}, or by {@link
     * SubmitOptions#withStartBefore}.
     */
    EXPIRED,
    /** The job was the oldest waiting one when more jobs waited than its type allows. */
    DROPPED,
    /** A newer version of Tenon recorded a reason that this version does not know. */
    OTHER;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The reason as it is stored and shown, such as {@code timed_out}. */
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
