package dev.tenon.jobs;

import dev.tenon.jobs.annotation.JobPriority;
import java.util.UUID;

/**
 * What a message says of a job: which row to claim, and how the message is to be delivered. The row
 * is the truth.
 *
 * @param jobId the job
 * @param type its type
 * @param routingKey where the message goes
 * @param priority how urgent it is
 */
public record JobPointer(UUID jobId, String type, String routingKey, JobPriority priority) {}
