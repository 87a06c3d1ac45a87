package dev.tenon.jobs.operate;

import dev.tenon.jobs.internal.codes.Codes;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The record of a {@linkplain JobBulkOperations bulk operation}, as it was when it was read: who
 * changed which jobs, when, why, and how many. The counts are kept in the same transactions as the
 * changes, so they are right also if the process died. Immutable.
 *
 * @param id the id of the operation: a UUID of version 7
 * @param kind what was done
 * @param target to what the jobs were changed, such as the priority; null if the kind says it all
 * @param query which jobs were asked for, in words
 * @param by who did it
 * @param reason why
 * @param beganAt when it began, by the database's clock
 * @param updatedAt when it last went on. If the operation has not ended and that is minutes ago,
 *     its process has probably died, and the rest of the jobs are as they were
 * @param endedAt when it ended; null if it has not
 * @param error why it ended before it had gone through all jobs; null if it did not
 * @param counts how many jobs
 */
public record JobOperation(
    UUID id,
    Kind kind,
    @Nullable String target,
    String query,
    String by,
    String reason,
    Instant beganAt,
    Instant updatedAt,
    @Nullable Instant endedAt,
    @Nullable String error,
    Counts counts) {

  /** What is done to jobs. */
  public enum Kind {
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
   * the others need not add up to the first one.
   *
   * @param matched how many matched when it began
   * @param changed how many it has changed, without those that were only signalled
   * @param signalled how many running jobs were told to stop, since they are to be cancelled. What
   *     becomes of them their handlers decide: one that has all but done its work may complete
   * @param passedOver how many it has left alone, since the change would mean nothing for them: in
   *     their status, because they are like that already, or because they are gone
   * @param locked how many it could not change, since other transactions held their rows, or those
   *     of their workflows, to the end
   */
  public record Counts(long matched, long changed, long signalled, long passedOver, long locked) {}

  /** Whether it has ended, be it early. */
  public boolean isEnded() {
    return endedAt != null;
  }
}
