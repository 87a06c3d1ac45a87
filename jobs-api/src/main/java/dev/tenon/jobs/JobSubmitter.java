package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Submits jobs. Applications use the methods of a module's generated class, which calls this one.
 * Thread-safe, unless it is bound to a transaction: then it is as thread-safe as that transaction.
 */
public interface JobSubmitter {

  /**
   * Records a job. Once the transaction is committed the job runs, even if this process dies and
   * whether or not RabbitMQ can be reached.
   *
   * @param definition the job type
   * @param payload the payload
   * @param submittedBy who submits the job: a user's id, or the name of a program; null for the
   *     runtime's default
   * @param options when the job is due, its priority, and what it belongs to
   * @return the id of the job
   * @throws IllegalArgumentException if {@code submittedBy} is null and the runtime has no default
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws JobStoreException if the database cannot be reached; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses the job; nothing is recorded
   */
  <P, R> UUID submit(
      JobDefinition<P, R> definition,
      P payload,
      @Nullable String submittedBy,
      SubmitOptions options);

  /**
   * Records many jobs of one type: all of them or, if it throws, none.
   *
   * @param definition the job type
   * @param payloads the payloads; may be empty
   * @param submittedBy who submits the jobs; null for the runtime's default
   * @param options when each job is due, its priority, and what it belongs to
   * @return the ids of the jobs, in the order of the payloads
   * @throws IllegalArgumentException if {@code submittedBy} is null and the runtime has no default
   * @throws InvalidPayloadException if a payload does not meet its constraints; the exception has
   *     the index
   * @throws JobStoreException if the database cannot be reached; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses the job; nothing is recorded
   */
  <P, R> List<UUID> submitAll(
      JobDefinition<P, R> definition,
      List<? extends P> payloads,
      @Nullable String submittedBy,
      SubmitOptions options);
}
