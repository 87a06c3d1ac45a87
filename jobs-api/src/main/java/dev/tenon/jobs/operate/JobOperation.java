package dev.tenon.jobs.operate;

import dev.tenon.jobs.internal.codes.Codes;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The record of a {@linkplain JobBulkOperations bulk operation}, as it was when it was read: who
 * changed which jobs, when, why, and how many. The counts are kept in the same transactions as the
 * changes, so they are right also if the process died. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface JobOperation {

  /** The id of the operation: a UUID of version 7. */
  UUID id();

  /** What was done. */
  Kind kind();

  /** To what the jobs were changed, such as the priority; empty if the kind says it all. */
  Optional<String> target();

  /** Which jobs were asked for, in words. */
  String query();

  /** Who did it. */
  String by();

  /** Why. */
  String reason();

  /** When it began, by the database's clock. */
  Instant beganAt();

  /**
   * When it last went on. If the operation has not ended and that is minutes ago, its process has
   * probably died, and the rest of the jobs are as they were.
   */
  Instant updatedAt();

  /** When it ended; empty if it has not. */
  Optional<Instant> endedAt();

  /** Why it ended before it had gone through all jobs; empty if it did not. */
  Optional<String> error();

  /** How many jobs. */
  Counts counts();

  /** Whether it has ended, be it early. */
  default boolean isEnded() {
    return endedAt().isPresent();
  }

  /** What is done to jobs. */
  enum Kind {
    /** Waiting jobs are cancelled, and running ones are signalled. */
    CANCEL,
    /** Failed and cancelled jobs are run again. */
    RETRY,
    /** Jobs that have ended are deleted. */
    DELETE,
    /** Waiting jobs get another priority. */
    REPRIORITIZE,
    /** Waiting jobs are due at another time. */
    RESCHEDULE,
    /** Waiting jobs go to another queue. */
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
   * How many jobs. While an operation goes through its jobs others may begin or cease to match, so
   * the others need not add up to the first one. Immutable.
   */
  interface Counts {

    /** How many matched when it began. */
    long matched();

    /** How many it has changed, without those that were only signalled. */
    long changed();

    /**
     * How many running jobs were told to stop, since they are to be cancelled. What becomes of them
     * their handlers decide: one that has all but done its work may complete.
     */
    long signalled();

    /**
     * How many it has left alone, since the change would mean nothing for them: in their status,
     * because they are like that already, or because they are gone.
     */
    long passedOver();

    /**
     * How many it could not change, since other transactions held their rows, or those of their
     * workflows, to the end.
     */
    long locked();
  }
}
