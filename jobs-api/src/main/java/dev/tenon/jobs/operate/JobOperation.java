package dev.tenon.jobs.operate;

import dev.tenon.jobs.internal.codes.Codes;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The record of a {@linkplain JobBulkOperations bulk operation}, as it was when it was read: who
 * changed which jobs, when, why, and how many. The counts are written in the same transactions as
 * the changes, so they are correct even if the process died. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface JobOperation {

  /** The id of the operation: a UUID of version 7. */
  UUID id();

  /** The kind of change. */
  Kind kind();

  /** The new value, such as the priority; empty if the kind of change has none. */
  Optional<String> target();

  /** The query for the jobs, in words. */
  String query();

  /** The name of the actor. */
  String by();

  /** The reason that the actor gave. */
  String reason();

  /** The time when it began, by the database's clock. */
  Instant beganAt();

  /**
   * The time of its last progress. If the operation has not ended and that is minutes ago, its
   * process has probably died, and the remaining jobs are unchanged.
   */
  Instant updatedAt();

  /** The time when it ended; empty if it has not. */
  Optional<Instant> endedAt();

  /** The reason why it ended early; empty if it has gone through all jobs or has not ended. */
  Optional<String> error();

  /** The numbers of jobs. */
  Counts counts();

  /** Returns true if it has ended, even if early. */
  default boolean isEnded() {
    return endedAt().isPresent();
  }

  /** A kind of change to jobs. */
  enum Kind {
    /** Waiting jobs are cancelled, and running ones are asked to stop. */
    CANCEL,
    /** Failed and cancelled jobs are run again. */
    RETRY,
    /** Jobs that have ended are deleted. */
    DELETE,
    /** Waiting jobs get another priority. */
    REPRIORITIZE,
    /** Waiting jobs are due at another time. */
    RESCHEDULE,
    /** Waiting jobs move to another queue. */
    MOVE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The kind as it is stored and shown, such as {@code cancel}. */
    public String code() {
      return code;
    }

    /**
     * The kind with the given code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind ofCode(String code) {
      return Codes.find(values(), Kind::code, code);
    }
  }

  /**
   * Numbers of jobs. While an operation goes through its jobs others may begin or cease to match,
   * so the numbers need not add up to {@link #matched()}. Immutable.
   */
  interface Counts {

    /** The number of jobs that matched when it began. */
    long matched();

    /** The number of jobs that it has changed, without those that were only asked to stop. */
    long changed();

    /**
     * The number of running jobs that were asked to stop. A job whose handler returns before its
     * worker learns of the request completes; the others are cancelled.
     */
    long askedToStop();

    /**
     * The number of jobs that it has skipped: the change does not apply to their status, they
     * already are as requested, or they no longer exist.
     */
    long skipped();

    /**
     * The number of jobs that it could not change, because other transactions kept their rows, or
     * those of their workflows, locked to the end.
     */
    long locked();
  }
}
