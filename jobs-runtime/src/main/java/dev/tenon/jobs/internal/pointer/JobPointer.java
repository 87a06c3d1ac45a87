package dev.tenon.jobs.internal.pointer;

import dev.tenon.jobs.annotation.JobPriority;
import java.util.UUID;

/**
 * The message that announces a job: the row to claim, and the delivery of the message. The row in
 * the database is authoritative.
 *
 * @param jobId the job
 * @param type its type
 * @param routingKey where the message goes
 * @param priority how urgent it is
 * @param lease the job's lease when the pointer was read. A claim changes the lease, and the
 *     outcome of this publication is then no longer recorded. The lease is not part of the message.
 * @param external whether a worker in another language runs the job
 */
public record JobPointer(
    UUID jobId,
    String type,
    String routingKey,
    JobPriority priority,
    long lease,
    boolean external) {

  /**
   * The priority of the pointer to a job whose worker was lost: such a job has waited long enough.
   */
  public static final JobPriority RESCUED = JobPriority.CRITICAL;

  /** Returns a copy with this priority. */
  public JobPointer withPriority(JobPriority other) {
    return new JobPointer(jobId, type, routingKey, other, lease, external);
  }
}
