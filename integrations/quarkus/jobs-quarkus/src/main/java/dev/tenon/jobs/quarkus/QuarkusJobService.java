package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.WaitReason;
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
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.SQLException;
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
import javax.sql.DataSource;

/**
 * A job service that submits in the JTA transaction of the thread if there is one, such as in a
 * method with {@code @Transactional}: the job exists if, and only if, that commits, and starts
 * immediately when it does. Otherwise each submit has its own transaction. Everything else works as
 * in the service of the runtime, in separate transactions. Thread-safe.
 */
final class QuarkusJobService implements JobService {

  private final JobService service;
  private final DataSource dataSource;
  private final TransactionSynchronizationRegistry transactions;

  /**
   * A service on top of that of the runtime.
   *
   * @param service the runtime's
   * @param dataSource the data source that has the jobs; its connections join JTA transactions
   * @param transactions the transaction of the thread, if there is one
   */
  QuarkusJobService(
      JobService service, DataSource dataSource, TransactionSynchronizationRegistry transactions) {
    this.service = Objects.requireNonNull(service, "service");
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    this.transactions = Objects.requireNonNull(transactions, "transactions");
  }

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

  private <T> T submitting(Function<JobSubmitter, T> submit) {
    int status = transactions.getTransactionStatus();
    if (status != Status.STATUS_ACTIVE && status != Status.STATUS_MARKED_ROLLBACK) {
      return submit.apply(service);
    }
    // Closing the connection leaves it to the transaction
    try (Connection connection = dataSource.getConnection()) {
      return submit.apply(service.in(connection, this::afterCommit));
    } catch (SQLException e) {
      throw new JobStoreException(
          "The connection of the transaction cannot be used; nothing was submitted.", null, e);
    }
  }

  private void afterCommit(Runnable task) {
    transactions.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // Nothing to do before the commit
          }

          @Override
          public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
              task.run();
            }
          }
        });
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
    return service.awaitEnd(definition, jobId, timeout);
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
  public <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options) {
    return submitting(submitter -> submitter.send(definition, target, signal, options));
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
