package dev.tenon.jobs;

import dev.tenon.jobs.internal.codes.Codes;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A finished attempt at a job. The attempt that is running is described by the {@link Job} itself.
 * Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobAttempt {

  /** The id of the job. */
  UUID jobId();

  /**
   * The number of the attempt, from 1. An attempt that was not counted shares its number with the
   * one that follows.
   */
  int attempt();

  /** The number of the lease that the attempt held, unique within the job. */
  long lease();

  /** The worker that ran it. */
  String workerId();

  /** The time when the attempt started. */
  Instant startedAt();

  /** The time when the outcome was recorded. */
  Instant finishedAt();

  /** The outcome of the attempt. */
  Outcome outcome();

  /** The error; empty if nothing went wrong. */
  Optional<JobError> error();

  /** The stack trace of the exception; empty if there was none. */
  Optional<String> stack();

  /**
   * A value that failures of the same kind share; empty if there was no exception. It is computed
   * from the exception's class and stack trace, not from its message.
   */
  Optional<String> fingerprint();

  /** The outcome of an attempt. */
  enum Outcome {
    /** The handler returned. */
    COMPLETED,
    /** The handler failed, or its payload or result was not valid. */
    FAILED,
    /** The attempt took longer than its timeout. */
    TIMED_OUT,
    /** Somebody cancelled the job. */
    CANCELLED,
    /** The handler put the job off; the attempt does not count. */
    SNOOZED,
    /** The job waits for a signal, a time or a person; the attempt does not count. */
    SUSPENDED,
    /** The worker shut down and gave the job back; the attempt does not count. */
    RELEASED,
    /**
     * The worker's heartbeat stopped, or the job harmed the worker; the attempt counts as a crash.
     */
    LOST;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The outcome as it is stored and shown, such as {@code timed_out}. */
    public String code() {
      return code;
    }

    /**
     * The outcome with the given code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Outcome ofCode(String code) {
      return Codes.find(values(), Outcome::code, code);
    }
  }
}
