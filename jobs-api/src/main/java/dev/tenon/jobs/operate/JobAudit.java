package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.Page;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The record of what people have done by hand: who, when, what, to what, and why. Tools that act
 * for a person, such as the dashboard, write it; the methods of {@link JobService} do not.
 * Thread-safe. Every method throws {@link JobStoreException} if the database cannot be reached, and
 * {@link JobStoreRefusedException} if PostgreSQL refuses it, such as for lack of a right to {@code
 * tenon.job_audit}.
 */
public interface JobAudit {

  /**
   * Records that something is about to be done. It is recorded before, so that nothing is done
   * without a record; {@link #ended} adds what came of it.
   *
   * @param by who does it
   * @param action what is done, such as {@code pause type}
   * @param target to what: the id of a job, the name of a type or of a schedule, or a query in
   *     words
   * @param reason why; null if nobody was asked
   * @return the id of the entry
   * @throws IllegalArgumentException if {@code by} is blank, or a text is longer than 1,000 bytes
   *     in UTF-8 or cannot be stored
   */
  long began(String by, String action, String target, @Nullable String reason);

  /**
   * Records what came of it.
   *
   * @param id the id of the entry
   * @param outcome such as {@code done}, or why it was not; cut if it is too long
   */
  void ended(long id, String outcome);

  /**
   * A page of entries, the newest first. A query that takes longer than two seconds is given up.
   *
   * @throws IllegalArgumentException if a string in the query cannot be stored, or if its cursor is
   *     of another method
   */
  Page<Entry> list(AuditQuery query);

  /**
   * Something that a person has done.
   *
   * @param id the id of the entry
   * @param at when it began, by the database's clock
   * @param by who did it
   * @param action what was done
   * @param target to what
   * @param reason why; null if nobody was asked
   * @param outcome what came of it; null while it is being done, or if the process died meanwhile
   */
  record Entry(
      long id,
      Instant at,
      String by,
      String action,
      String target,
      @Nullable String reason,
      @Nullable String outcome) {}
}
