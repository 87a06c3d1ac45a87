package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job that was to be recorded.
 *
 * @param jobId the job that stands for it: itself, or the one that has its unique key
 * @param created whether it was recorded
 * @param hasChanged whether it was recorded, or has got something of the one that was submitted
 * @param pointer what is to be published once that is committed; null if the job was there already
 *     and stays where it is, or is not due, or is never published
 */
public record Recorded(
    UUID jobId, boolean created, boolean hasChanged, @Nullable JobPointer pointer) {

  /** Another job has the key, and stays as it is. */
  static Recorded kept(UUID jobId) {
    return new Recorded(jobId, false, false, null);
  }

  /** What became of it, for the audit. */
  String describe() {
    return "job " + jobId + (created ? " is submitted" : ", which waits, stands for this one");
  }

  /**
   * The job was recorded.
   *
   * @param otherwise how it was recorded, if operators have set something for its type; else null
   */
  static Recorded created(NewJob job, NewRows.@Nullable Inserted otherwise) {
    boolean isPublished = otherwise == null ? job.isPublished() : otherwise.isPublished();
    return new Recorded(
        job.id(),
        true,
        true,
        job.isDueAtOnce() && isPublished
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
