package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.Page;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of changes by hand: who changed what, when and why. Every method that takes an {@link
 * Actor} writes one entry in the transaction of the change, so there is never a change without its
 * entry, nor an entry without its change. A call that changes nothing, such as pausing a type that
 * is already paused, leaves no entry. Thread-safe. Every method throws {@link JobStoreException} if
 * the database cannot be reached, and {@link JobStoreRefusedException} if PostgreSQL refuses the
 * request, for instance because a right to {@code tenon.job_audit} is missing.
 */
public interface JobAudit {

  /**
   * A page of entries, newest first. A query that takes longer than two seconds is cancelled.
   *
   * @throws IllegalArgumentException if a string in the query cannot be stored, or if its cursor is
   *     from another method
   */
  Page<Entry> list(AuditQuery query);

  /** A change by hand. Immutable. */
  interface Entry {

    /** The id of the entry. */
    long id();

    /** The time of the change, by the database's clock. */
    Instant at();

    /** The name of the actor. */
    String by();

    /** The action, such as {@code pause type}. */
    String action();

    /**
     * The target: the id of a job or a workflow, the name of a type, a schedule or a worker, or a
     * query in words.
     */
    String target();

    /** The reason; empty if none was given. */
    Optional<String> reason();

    /**
     * The outcome, in words. A change that takes several transactions has its entry in the first of
     * them, which says that it has begun.
     */
    String outcome();
  }
}
