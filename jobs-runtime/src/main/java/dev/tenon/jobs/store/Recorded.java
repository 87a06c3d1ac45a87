package dev.tenon.jobs.store;

import dev.tenon.jobs.pointer.JobPointer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job that was to be recorded.
 *
 * @param jobId the job that stands for it: itself, or the one that has its unique key
 * @param created whether it was recorded
 * @param pointer what is to be published once that is committed; null if the job was there already
 *     and stays where it is, or is not due, or is never published
 */
public record Recorded(UUID jobId, boolean created, @Nullable JobPointer pointer) {

  /** The job was recorded as it is. */
  static Recorded created(NewJob job) {
    return new Recorded(
        job.id(),
        true,
        job.isDueAtOnce() && job.isPublished()
            ? new JobPointer(
                job.id(),
                job.type(),
                job.routingKey(),
                job.priority(),
                0,
                job.externalPolicy() != null)
            : null);
  }
}
