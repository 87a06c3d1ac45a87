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

  /** The number of the lease under which it ran, unique in the job. */
  long lease();

  /** The worker that ran it. */
  String workerId();

  /** When it started. */
  Instant startedAt();

  /** When its outcome was recorded. */
  Instant finishedAt();

  /** How it ended. */
  Outcome outcome();

  /** What went wrong; empty if nothing did. */
  Optional<JobError> error();

  /** The stack trace of the exception; empty if there was none. */
  Optional<String> stack();

  /**
   * A value that failures of the same kind share: it is computed from the exception's class and the
   * places it came from, not from its message; empty if there was no exception.
   */
  Optional<String> fingerprint();

  /** How an attempt ended. */
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
