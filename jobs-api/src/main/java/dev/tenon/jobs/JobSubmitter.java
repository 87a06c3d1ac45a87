package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import java.util.List;

/**
 * Submits jobs. Applications use the methods of a module's generated class, which calls this one.
 * Thread-safe, unless it is bound to a transaction: then it is as thread-safe as that transaction.
 */
public interface JobSubmitter {

  /**
   * Records a job that is due immediately and has the priority of its type, on behalf of the
   * runtime's default submitter. It does what {@link #submit(JobDefinition, Object, SubmitOptions)}
   * does, and throws the same.
   */
  default <P, R> Submitted submit(JobDefinition<P, R> definition, P payload) {
    return submit(definition, payload, SubmitOptions.defaults());
  }

  /**
   * Records a job. Once the transaction is committed the job runs, even if this process dies, and
   * whether or not RabbitMQ can be reached.
   *
   * <p>If the type has unique components and there is a job with the same ones, no other job is
   * recorded; {@link dev.tenon.jobs.annotation.Unique#onDuplicate() onDuplicate} of the type
   * decides what happens to the existing one. If another transaction has recorded such a job and
   * has not ended, this method waits until it commits or rolls back.
   *
   * @param definition the job type
   * @param payload the payload
   * @param options who submits the job, when it is due, its priority, and what it belongs to
   * @return the id of the job, and whether it is new
   * @throws IllegalArgumentException if the options name no submitter and the runtime has no
   *     default; if a string or a time in the options cannot be stored; if a job would be due only
   *     after its {@code startBefore}; or if a component that {@code @Limit}, {@code @Ordered} or
   *     {@code @Backlog} names cannot be stored, or is longer than 1,000 bytes in UTF-8
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws PayloadTooLargeException if the payload is larger than the limit
   * @throws JobsException if a string in a payload cannot be stored
   * @throws BacklogFullException if more jobs would wait than the type allows
   * @throws EncryptionKeyException if the key for sensitive values is not available
   * @throws JobStoreException if the database cannot be reached, or other transactions keep
   *     changing the jobs with the same unique components; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses the job; nothing is recorded
   */
  <P, R> Submitted submit(JobDefinition<P, R> definition, P payload, SubmitOptions options);

  /**
   * Records many jobs of one type that are due immediately and have its priority, on behalf of the
   * runtime's default submitter. It does what {@link #submitAll(JobDefinition, List,
   * SubmitOptions)} does, and throws the same.
   */
  default <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads) {
    return submitAll(definition, payloads, SubmitOptions.defaults());
  }

  /**
   * Records many jobs of one type: all of them or, if it throws, none. If several payloads have the
   * same unique components, the first one makes the job; if the type replaces payloads, the job
   * gets the last one.
   *
   * @param definition the job type
   * @param payloads the payloads; may be empty
   * @param options who submits the jobs, when each is due, its priority, and what it belongs to
   * @return the job of each payload, in the order of the payloads, and whether it is new
   * @throws IllegalArgumentException if the options name no submitters and the runtime has no
   *     default; if a string or a time in the options cannot be stored; if a job would be due only
   *     after its {@code startBefore}; or if a component that {@code @Limit}, {@code @Ordered} or
   *     {@code @Backlog} names cannot be stored, or is longer than 1,000 bytes in UTF-8
   * @throws InvalidPayloadException if a payload does not meet its constraints; the exception has
   *     the index
   * @throws PayloadTooLargeException if a payload is larger than the limit
   * @throws JobsException if a string in a payload cannot be stored
   * @throws BacklogFullException if more jobs would wait than the type allows
   * @throws EncryptionKeyException if the key for sensitive values is not available
   * @throws JobStoreException if the database cannot be reached, or other transactions keep
   *     changing the jobs with the same unique components; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses the jobs; nothing is recorded
   */
  <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads, SubmitOptions options);

  /**
   * Records a workflow: all of its tasks or, if it throws, none. Tasks that wait for nothing start
   * once the transaction is committed.
   *
   * @param workflow the workflow; it can be submitted several times, each time as a new workflow
   * @return its id, and those of its tasks
   * @throws IllegalArgumentException if its tasks depend on each other in a cycle, if it has more
   *     than 100,000 tasks and jobs or more than 500,000 dependencies, if a string cannot be
   *     stored, if a workflow that is a task has a unique key, a submitter or an earlier workflow,
   *     or if this one names no submitter and the runtime has no default
   * @throws WorkflowNotFoundException if it waits for a workflow that does not exist
   * @throws InvalidPayloadException if a payload does not meet its constraints
   * @throws PayloadTooLargeException if a payload is larger than the limit
   * @throws JobsException if a string in a payload cannot be stored
   * @throws BacklogFullException if more jobs would wait than the type allows
   * @throws EncryptionKeyException if the key for sensitive values is not available
   * @throws JobStoreException if the database cannot be reached; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses a job; nothing is recorded
   */
  SubmittedWorkflow submit(Workflow workflow);

  /**
   * Sends a signal to jobs. It is delivered once the transaction is committed; jobs that wait for
   * it start then, even if this process dies. Applications use {@link
   * dev.tenon.jobs.durable.TypedSignals}.
   *
   * @param definition the signal
   * @param target the job, the item or the token that it is sent to
   * @param signal the record
   * @param options who sends it, its id and its key
   * @return the jobs, and whether the signal is new for one of them
   * @throws JobNotFoundException if there is no such job
   * @throws SignalRefusedException if the job has ended or does not wait for this signal, if no job
   *     of the item does, if the token is unknown or was used, or if the job has 1,000 signals that
   *     its handler has not taken
   * @throws InvalidSignalException if the signal does not meet its constraints
   * @throws IllegalArgumentException if the options name no sender and the runtime has no default,
   *     or if the signal or a string is too large
   * @throws EncryptionKeyException if the key for sensitive values is not available
   * @throws JobStoreException if the database cannot be reached; nothing is stored
   */
  <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options);
}
