package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Submits and finds the jobs of one type, with payload and result as Java values. The generated
 * class of a module has a method for each of its types that returns such an object:
 *
 * <pre>{@code
 * UUID id = jobs.widgetBatch().submit(batch, SubmitOptions.by("user-7")).jobId();
 * Optional<TypedJob<WidgetBatch, WidgetReport>> job = jobs.widgetBatch().find(id);
 * }</pre>
 *
 * <p>Thread-safe, unless it was made for a transaction: then it is as thread-safe as that
 * transaction.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public sealed class TypedJobs<P, R> permits EmittingJobs {

  private final JobDefinition<P, R> definition;
  private final JobService service;
  private final JobSubmitter submitter;

  /**
   * The jobs of a type. Called by generated code.
   *
   * @param definition the job type
   * @param service finds jobs
   * @param submitter submits jobs: the service itself, or one that is bound to a transaction
   */
  public TypedJobs(JobDefinition<P, R> definition, JobService service, JobSubmitter submitter) {
    this.definition = Objects.requireNonNull(definition, "definition");
    this.service = Objects.requireNonNull(service, "service");
    this.submitter = Objects.requireNonNull(submitter, "submitter");
  }

  /** The definition of the job type. */
  public JobDefinition<P, R> definition() {
    return definition;
  }

  /**
   * Submits a job that is due immediately and has the priority of its type, on behalf of the
   * runtime's default submitter. It throws what {@link #submit(Object, SubmitOptions)} throws.
   *
   * @param payload what the job is to work on
   * @return the id of the job, and whether it is new
   */
  public Submitted submit(P payload) {
    return submit(payload, SubmitOptions.defaults());
  }

  /**
   * Submits a job. If the type has unique components and there already is a job with the same ones,
   * no job is recorded and that one is returned.
   *
   * @param payload what the job is to work on
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
  public Submitted submit(P payload, SubmitOptions options) {
    return submitter.submit(definition, payload, options);
  }

  /**
   * Submits many jobs that are due immediately and have the priority of their type, on behalf of
   * the runtime's default submitter: all of them or, if it throws, none. It throws what {@link
   * #submitAll(List, SubmitOptions)} throws.
   *
   * @param payloads what the jobs are to work on, one payload for each job; may be empty
   * @return for each payload, in their order, the id of the job and whether it is new
   */
  public List<Submitted> submitAll(List<? extends P> payloads) {
    return submitAll(payloads, SubmitOptions.defaults());
  }

  /**
   * Submits many jobs: all of them or, if it throws, none. If several payloads have the same unique
   * components, the first one makes the job.
   *
   * @param payloads what the jobs are to work on, one payload for each job; may be empty
   * @param options who submits the jobs, when each is due, its priority, and what it belongs to
   * @return for each payload, in their order, the id of the job and whether it is new
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
  public List<Submitted> submitAll(List<? extends P> payloads, SubmitOptions options) {
    return submitter.submitAll(definition, payloads, options);
  }

  /**
   * The job with this id; empty if there is none, or if it is of another type. It reads only what
   * is committed, even in a transaction.
   *
   * @throws JobsException as {@link JobService#find(JobDefinition, UUID)} does, such as a {@link
   *     JobVersionException} if the job was stored by a newer version of its type, or by an older
   *     one that has no upcaster
   */
  public Optional<TypedJob<P, R>> find(UUID jobId) {
    return service.find(definition, jobId);
  }

  /**
   * Awaits the end of a job; see {@link JobService#ended(JobDefinition, UUID)}.
   *
   * @return completes with the job when it has completed, failed or was cancelled
   */
  public CompletionStage<TypedJob<P, R>> ended(UUID jobId) {
    return service.ended(definition, jobId);
  }

  /**
   * Awaits the result of a job, in whatever process it runs. See {@link
   * JobService#ended(JobDefinition, UUID)} for when the stage completes, and on what thread.
   *
   * @return completes with the result of the handler; with null if the result type is {@link Void}.
   *     Completes exceptionally with {@link JobNotCompletedException} if the job fails or is
   *     cancelled, and with what {@link JobService#ended(JobDefinition, UUID)} completes with
   */
  public CompletionStage<R> result(UUID jobId) {
    return Answers.result(definition, ended(jobId));
  }

  /**
   * Submits a job on behalf of the runtime's default submitter, and waits for its result; see
   * {@link #submitAndAwait(Object, SubmitOptions, Duration)}.
   */
  public R submitAndAwait(P payload, Duration timeout) throws InterruptedException {
    return submitAndAwait(payload, SubmitOptions.defaults(), timeout);
  }

  /**
   * Submits a job and waits for its result, for some time at most. If the type has unique
   * components and there already is a job with the same ones, it waits for that one. A handler that
   * awaits other jobs takes up a slot of its worker meanwhile; {@linkplain
   * dev.tenon.jobs.workflow.JobWorkflows workflows} need none.
   *
   * @param payload what the job is to work on
   * @param options who submits the job, when it is due, its priority, and what it belongs to
   * @param timeout how long to wait after the submit
   * @return the result of the handler; null if the result type is {@link Void}
   * @throws JobNotCompletedException if the job fails or is cancelled
   * @throws JobAwaitTimeoutException if the job has not ended in time; it has the id of the job,
   *     which continues
   * @throws InterruptedException if the thread is interrupted; the job continues
   * @throws IllegalStateException if this object submits in a transaction, or the submit has joined
   *     one of a framework, such as Spring's: the job cannot start before that is committed. In the
   *     second case the job exists if the transaction commits
   * @throws JobsException as {@link #submit(Object, SubmitOptions)} does, and as {@link #result}
   *     completes with
   */
  public R submitAndAwait(P payload, SubmitOptions options, Duration timeout)
      throws InterruptedException {
    if (submitter != service) {
      throw new IllegalStateException(
          "A job of type '%s' was to be submitted in a transaction and awaited, but it cannot start before the commit. Submit it in the transaction, and call result(jobId) after the commit."
              .formatted(definition.type()));
    }
    UUID jobId = submit(payload, options).jobId();
    return Answers.resultOf(definition, service.awaitEnd(definition, jobId, timeout));
  }

  /**
   * A page of the jobs of this type that the query asks for, newest first, without their payloads
   * and results. Jobs that were submitted under an alias of the type are included. It reads only
   * what is committed, even in a transaction.
   *
   * @param query what else to ask for
   * @throws IllegalArgumentException if a string in the query is one that no job can have
   * @throws JobStoreException if the database cannot be reached
   */
  public Page<JobSummary> list(JobQuery query) {
    return service.list(query.withType(definition));
  }

  /**
   * Counts the jobs of this type that the query asks for; see {@link JobService#count(JobQuery)}.
   *
   * @param query what else to ask for
   * @throws IllegalArgumentException if a string in the query is one that no job can have
   * @throws JobStoreException if the database cannot be reached
   */
  public long count(JobQuery query) {
    return service.count(query.withType(definition));
  }

  /**
   * Pauses the type: from now on, no worker starts its jobs; see {@link JobTypes#pause}.
   *
   * @param actor who pauses it, and why
   * @return the type as it is now
   * @throws IllegalArgumentException if the actor gives no reason
   * @throws JobTypeNotFoundException if no process that declares the type was ever started
   */
  public JobTypeState pause(Actor actor) {
    return service.types().pause(definition.type(), actor);
  }

  /**
   * Ends the pause of the type; see {@link JobTypes#resume}.
   *
   * @param actor who resumes it
   * @return the type as it is now
   * @throws JobTypeNotFoundException if no process that declares the type was ever started
   */
  public JobTypeState resume(Actor actor) {
    return service.types().resume(definition.type(), actor);
  }

  /**
   * Sets values that replace those that the type declares; see {@link JobTypes#override}.
   *
   * @param overrides what to override; earlier overrides are replaced
   * @param actor who sets them, and why
   * @return the type as it is now
   * @throws IllegalArgumentException if the actor gives no reason
   * @throws JobTypeNotFoundException if no process that declares the type was ever started
   */
  public JobTypeState override(JobTypeOverrides overrides, Actor actor) {
    return service.types().override(definition.type(), overrides, actor);
  }

  /**
   * Removes all overrides of the type; see {@link JobTypes#clearOverrides}.
   *
   * @param actor who does it
   * @return the type as it is now
   * @throws JobTypeNotFoundException if no process that declares the type was ever started
   */
  public JobTypeState clearOverrides(Actor actor) {
    return service.types().clearOverrides(definition.type(), actor);
  }

  /**
   * Sets the share that a key gets when keys take turns; see {@link JobTypes#setKeyWeight}.
   *
   * @param key the key
   * @param weight the weight, from 1 to 100
   * @param actor who sets it, and why
   * @return the type as it is now
   * @throws IllegalArgumentException if the actor gives no reason, or the weight is out of its
   *     range
   * @throws JobTypeNotFoundException if no process that declares the type was ever started
   */
  public JobTypeState setKeyWeight(String key, int weight, Actor actor) {
    return service.types().setKeyWeight(definition.type(), key, weight, actor);
  }

  /**
   * The state of the type: what it declares, what is overridden, and whether it is paused.
   *
   * @throws JobTypeNotFoundException if no process that declares the type was ever started
   */
  public JobTypeState state() {
    return service.types().get(definition.type());
  }

  /**
   * Makes a schedule for jobs of this type, or replaces the one that was made at run time with this
   * name, with {@link ScheduleOptions#defaults()}; see {@link JobSchedules#put}. It is committed
   * immediately, even in a transaction.
   *
   * @param name the name of the schedule
   * @param payload the payload of each job
   * @param timing when its runs take place
   * @param actor who makes it
   * @return the schedule
   * @throws IllegalArgumentException if the timing is wrong, or if the application declares a
   *     schedule with this name
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws JobStoreException if the database cannot be reached
   */
  public JobSchedule schedule(String name, P payload, Timing timing, Actor actor) {
    return schedule(name, payload, timing, ScheduleOptions.defaults(), actor);
  }

  /**
   * Makes a schedule for jobs of this type, or replaces the one that was made at run time with this
   * name; see {@link JobSchedules#put}. It is committed immediately, even in a transaction.
   *
   * @param name the name of the schedule
   * @param payload the payload of each job
   * @param timing when its runs take place
   * @param options what happens to runs that overlap or were missed, and the options of the jobs
   * @param actor who makes it
   * @return the schedule
   * @throws IllegalArgumentException if the timing is wrong, if the options do not fit it, or if
   *     the application declares a schedule with this name
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws JobStoreException if the database cannot be reached
   */
  public JobSchedule schedule(
      String name, P payload, Timing timing, ScheduleOptions options, Actor actor) {
    return service.schedules().put(name, definition, payload, timing, options, actor);
  }
}
