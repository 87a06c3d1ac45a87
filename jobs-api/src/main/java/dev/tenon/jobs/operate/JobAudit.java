package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.Page;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of what people have changed by hand: who, when, what, to what, and why. Every method
 * that takes an {@link Actor} writes one entry, in the transaction of the change, whichever way it
 * was called: there is neither a change without its entry nor an entry without its change. What
 * changes nothing, such as pausing a type that is paused, leaves no entry. Thread-safe. Every
 * method throws {@link JobStoreException} if the database cannot be reached, and {@link
 * JobStoreRefusedException} if PostgreSQL refuses it, such as for lack of a right to {@code
 * tenon.job_audit}.
 */
public interface JobAudit {

  /**
   * A page of entries, the newest first. A query that takes longer than two seconds is given up.
   *
   * @throws IllegalArgumentException if a string in the query cannot be stored, or if its cursor is
   *     of another method
   */
  Page<Entry> list(AuditQuery query);

  /** Something that a person has done. Immutable. */
  interface Entry {

    /** The id of the entry. */
    long id();

    /** When it was done, by the database's clock. */
    Instant at();

    /** Who did it. */
    String by();

    /** What was done, such as {@code pause type}. */
    String action();

    /**
     * To what: the id of a job or a workflow, the name of a type, a schedule or a worker, or a
     * query in words.
     */
    String target();

    /** Why; empty if no reason was given. */
    Optional<String> reason();

    /**
     * What came of it, in words. A change that takes several transactions has its entry in the
     * first of them, which says that it was begun.
     */
    String outcome();
  }
}
