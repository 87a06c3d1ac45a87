package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobLines;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A job service that submits in the transaction of a framework: every submit and every signal goes
 * to the submitter that {@link #submitting} chooses, and everything else to the service of the
 * runtime, in separate transactions. The integrations of frameworks extend it. As thread-safe as
 * {@link #submitting}.
 */
public abstract class DelegatingJobService implements JobService {

  private final JobService service;

  /**
   * Creates a service on top of another one.
   *
   * @param service usually the runtime's
   */
  protected DelegatingJobService(JobService service) {
    this.service = Objects.requireNonNull(service, "service");
  }

  /** Returns the service that this one is on top of. */
  protected final JobService service() {
    return service;
  }

  /**
   * Submits or sends something with the submitter that suits the caller: in its transaction,
   * usually with {@link #in(Connection, Consumer)}, or in a separate one, with {@link #service}. It
   * must call the function once, in the thread of the caller.
   *
   * @param submit what the caller wants; it throws what the methods of {@link JobSubmitter} throw
   * @return what the function returns
   * @throws JobStoreException if the transaction cannot be used; then nothing was submitted
   */
  protected abstract <T> T submitting(Function<JobSubmitter, T> submit);

  @Override
  public <P, R> Submitted submit(JobDefinition<P, R> definition, P payload, SubmitOptions options) {
    return submitting(submitter -> submitter.submit(definition, payload, options));
  }

  @Override
  public <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads, SubmitOptions options) {
    return submitting(submitter -> submitter.submitAll(definition, payloads, options));
  }

  @Override
  public SubmittedWorkflow submit(Workflow workflow) {
    return submitting(submitter -> submitter.submit(workflow));
  }

  @Override
  public <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options) {
    return submitting(submitter -> submitter.send(definition, target, signal, options));
  }

  @Override
  public JobSubmitter in(Connection connection) {
    return service.in(connection);
  }

  @Override
  public JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit) {
    return service.in(connection, afterCommit);
  }

  @Override
  public Optional<Job> find(UUID jobId) {
    return service.find(jobId);
  }

  @Override
  public <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId) {
    return service.find(definition, jobId);
  }

  @Override
  public Flow.Publisher<JobEvent> events(UUID jobId) {
    return service.events(jobId);
  }

  @Override
  public Flow.Publisher<JobEvent> events(UUID jobId, String afterEventId) {
    return service.events(jobId, afterEventId);
  }

  @Override
  public <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId) {
    return service.emitted(definition, values, jobId);
  }

  @Override
  public <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId, String afterEventId) {
    return service.emitted(definition, values, jobId, afterEventId);
  }

  @Override
  public CompletionStage<Job> ended(UUID jobId) {
    return service.ended(jobId);
  }

  @Override
  public <P, R> CompletionStage<TypedJob<P, R>> ended(JobDefinition<P, R> definition, UUID jobId) {
    return service.ended(definition, jobId);
  }

  @Override
  public <P, R> TypedJob<P, R> awaitEnd(
      JobDefinition<P, R> definition, UUID jobId, Duration timeout) throws InterruptedException {
    try {
      return service.awaitEnd(definition, jobId, timeout);
    } catch (JobNotFoundException e) {
      if (submitting(submitter -> submitter != service)) {
        throw new IllegalStateException(
            "Job %s of type '%s' was submitted in a transaction that is still open, or does not exist: it cannot be awaited before the commit. Submit it in the transaction, and call result(jobId) after the commit."
                .formatted(jobId, definition.type()),
            e);
      }
      throw e;
    }
  }

  @Override
  public Page<JobSummary> list(JobQuery query) {
    return service.list(query);
  }

  @Override
  public long count(JobQuery query) {
    return service.count(query);
  }

  @Override
  public long count(JobQuery query, long max) {
    return service.count(query, max);
  }

  @Override
  public List<JobAttempt> attempts(UUID jobId) {
    return service.attempts(jobId);
  }

  @Override
  public Page<JobLogEntry> logs(UUID jobId, JobLogQuery query) {
    return service.logs(jobId, query);
  }

  @Override
  public CancelResult cancel(UUID jobId, Actor actor) {
    return service.cancel(jobId, actor);
  }

  @Override
  public void retry(UUID jobId, Actor actor) {
    service.retry(jobId, actor);
  }

  @Override
  public void reschedule(UUID jobId, Instant runAt, Actor actor) {
    service.reschedule(jobId, runAt, actor);
  }

  @Override
  public Optional<WaitReason> whyWaiting(UUID jobId) {
    return service.whyWaiting(jobId);
  }

  @Override
  public JobTypes types() {
    return service.types();
  }

  @Override
  public JobWorkflows workflows() {
    return service.workflows();
  }

  @Override
  public JobSchedules schedules() {
    return service.schedules();
  }

  @Override
  public JobBulkOperations bulk() {
    return service.bulk();
  }

  @Override
  public JobLines lines() {
    return service.lines();
  }

  @Override
  public JobSteps steps() {
    return service.steps();
  }
}
