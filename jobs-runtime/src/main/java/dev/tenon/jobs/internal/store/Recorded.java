package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of recording a job.
 *
 * @param jobId the job that stands for it: itself, or the one that has its unique key
 * @param created whether it was recorded
 * @param hasChanged whether it was recorded, or took over values of the submitted one
 * @param pointer the pointer to publish after the commit; null if the job already existed and stays
 *     as it is, is not due, or is never published
 */
public record Recorded(
    UUID jobId, boolean created, boolean hasChanged, @Nullable JobPointer pointer) {

  /** Returns the result if another job has the key and stays as it is. */
  static Recorded kept(UUID jobId) {
    return new Recorded(jobId, false, false, null);
  }

  /** Returns the result in words, for the audit. */
  String describe() {
    return "job " + jobId + (created ? " is submitted" : ", which waits, stands for this one");
  }

  /**
   * Returns the result for a job that was recorded.
   *
   * @param otherwise the values that it was recorded with, if operators have set any for its type;
   *     otherwise null
   */
  static Recorded created(NewJob job, NewRows.@Nullable Inserted otherwise) {
    boolean isPublished =
        job.orderKey() == null && (otherwise == null ? job.isPublished() : otherwise.isPublished());
    return new Recorded(
        job.id(),
        true,
        true,
        job.isDueImmediately() && isPublished
            ? new JobPointer(
                job.id(),
                job.type(),
                job.routingKey(),
                otherwise == null ? job.priority() : otherwise.priority(),
                0,
                job.externalPolicy() != null)
            : null);
  }
}
