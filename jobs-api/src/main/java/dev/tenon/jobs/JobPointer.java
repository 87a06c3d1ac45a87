package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.util.UUID;

/**
 * What is to be published of a job: which row to claim, and how the message is to be delivered. The
 * row is the truth.
 *
 * @param jobId the job
 * @param type its type
 * @param routingKey where the message goes
 * @param priority how urgent it is
 * @param lease the job's lease when this was read. Once the job has been claimed it is another, and
 *     news of this publication comes too late to be noted. It is not part of the message.
 */
public record JobPointer(
    UUID jobId, String type, String routingKey, JobPriority priority, long lease) {

  /** The priority of the pointer to a job whose worker was lost: it has waited for long enough. */
  public static final JobPriority RESCUED = JobPriority.CRITICAL;
}
