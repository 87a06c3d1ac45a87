package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.operate.AppliedSettings;
import dev.tenon.jobs.internal.operate.BulkStore;
import dev.tenon.jobs.internal.operate.EmittedPublisher;
import dev.tenon.jobs.internal.operate.EventPosition;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.LinePages;
import dev.tenon.jobs.internal.operate.MonitorStore;
import dev.tenon.jobs.internal.operate.MonitorWorkflows;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.operate.WaitStore;
import dev.tenon.jobs.internal.schedule.ScheduleStore;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.LineStore;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.internal.workflow.PreparationStore;
import dev.tenon.jobs.internal.workflow.WorkflowControlStore;
import dev.tenon.jobs.internal.workflow.WorkflowPauseStore;
import dev.tenon.jobs.internal.workflow.WorkflowReadStore;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobLines;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The job service of a runtime. */
final class DefaultJobService implements JobService {

  private final SubmitStore submits;
  private final Submitters submitters;
  private final Starts starts;
  private final ReadStore reads;
  private final MonitorStore searches;
  private final JobControls controls;
  private final NewJobFactory newJobs;
  private final Encryption encryption;
  private final int maxTaskResultsBytes;
  private final JobTypes types;
  private final DefaultJobWorkflows workflows;
  private final WaitReasons waitReasons;
  private final DefaultJobSchedules schedules;
  private final DefaultBulkOperations bulk;
  private final DefaultJobSteps steps;
  private final DefaultJobLines lines;
  private @Nullable AwaitedJobs awaited;
  private @Nullable JobStreams streams;

  DefaultJobService(
      Database database,
      RuntimeSettings settings,
      Notifications notifications,
      Collection<ModuleDefinition> modules) {
    this.newJobs =
        new NewJobFactory(
            settings.storage(), settings.submittedBy(), settings.submitInterceptors());
    this.encryption = settings.storage().encryption();
    this.maxTaskResultsBytes = settings.storage().limits().taskResultsBytes();
    this.submits = new SubmitStore(database);
    this.reads = new ReadStore(database);
    this.searches = new MonitorStore(database);
    this.starts = new Starts(notifications);
    this.controls = new JobControls(new ControlStore(database), this, notifications, starts);
    SignalSender signals =
        new SignalSender(database, newJobs, settings.storage(), starts::startable);
    JobListeners listeners = settings.listeners();
    WorkflowStore workflowStore = new WorkflowStore(database, submits);
    this.submitters =
        new Submitters(submits, workflowStore, newJobs, listeners, signals, notifications, starts);
    WorkflowReadStore workflowReads = new WorkflowReadStore(database);
    this.workflows =
        new DefaultJobWorkflows(
            workflowReads,
            new MonitorWorkflows(database),
            new WorkflowPauseStore(database),
            new WorkflowControlStore(database),
            new OpenWorkflows(workflowStore, newJobs, listeners, starts),
            starts,
            controls);
    OperatorStore operators = new OperatorStore(database);
    this.types =
        new DefaultJobTypes(
            operators,
            new AppliedSettings(database),
            new LimitKeyStore(database),
            () -> notifications.committed(List.of(), true));
    this.waitReasons =
        new WaitReasons(
            new WaitStore(database),
            new StepPages(database),
            operators,
            workflowReads,
            new HealthStore(database),
            settings.lostAfter(),
            settings.rabbitMq() != null);
    this.schedules =
        new DefaultJobSchedules(
            new ScheduleStore(database),
            new RequestedRuns(new ScheduledRunStore(database), listeners, notifications),
            this::scheduledJob,
            encryption);
    this.bulk = new DefaultBulkOperations(new BulkStore(database), notifications);
    this.lines =
        new DefaultJobLines(
            new LinePages(database),
            new LineStore(database),
            this::find,
            () -> notifications.committed(List.of(), true));
    this.steps =
        new DefaultJobSteps(
            database,
            signals,
            name -> modules.stream().flatMap(each -> each.findSignal(name).stream()).findFirst(),
            settings.storage(),
            starts::runAgain);
  }

  /**
   * The template for the jobs of a schedule. It has no unique key: each run has its own id, and is
   * submitted whatever else waits.
   */
  private <P> NewJob scheduledJob(
      JobDefinition<P, ?> definition, P payload, SubmitOptions options) {
    return newJobs.of(definition, payload, -1, options);
  }

  @Override
  public DefaultJobSchedules schedules() {
    return schedules;
  }

  @Override
  public <P, R> Submitted submit(JobDefinition<P, R> definition, P payload, SubmitOptions options) {
    return submitters.inOwnTransaction().submit(definition, payload, options);
  }

  @Override
  public <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads, SubmitOptions options) {
    return submitters.inOwnTransaction().submitAll(definition, payloads, options);
  }

  /** Returns a submitter for one job that somebody submits by hand. */
  JobSubmitter byHand(ChangeByHand change) {
    return submitters.byHand(change);
  }

  @Override
  public JobSubmitter in(Connection connection) {
    return submitters.in(connection);
  }

  @Override
  public JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit) {
    return submitters.in(connection, afterCommit);
  }

  @Override
  public SubmittedWorkflow submit(Workflow workflow) {
    return submitters.inOwnTransaction().submit(workflow);
  }

  @Override
  public JobWorkflows workflows() {
    return workflows;
  }

  /**
   * The preparation, which makes the payloads of workflow tasks of these types; it has to be
   * started.
   */
  Preparation preparation(Database database, Collection<JobDefinition<?, ?>> definitions) {
    return new Preparation(
        new PreparationStore(database, submits, maxTaskResultsBytes),
        newJobs,
        encryption,
        definitions,
        starts::startable);
  }

  /** Publishes the jobs that can be started because something has ended or was submitted. */
  void startable(StartableJobs some) {
    starts.startable(some);
  }

  @Override
  public Optional<Job> find(UUID jobId) {
    return reading(() -> reads.find(jobId));
  }

  @Override
  public <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId) {
    return find(jobId)
        .filter(job -> definition.isNamed(job.type()))
        .map(job -> StoredValues.typed(definition, job, encryption));
  }

  /** Sets who knows when jobs have ended, and what happens to them. */
  void awaitWith(AwaitedJobs awaitedJobs, JobStreams jobStreams) {
    this.awaited = awaitedJobs;
    this.streams = jobStreams;
  }

  /** Reads jobs that are awaited. */
  List<Job> findAll(List<UUID> jobIds) {
    return reads.findAll(jobIds);
  }

  @Override
  public Flow.Publisher<JobEvent> events(UUID jobId) {
    return events(jobId, EventPosition.START);
  }

  @Override
  public Flow.Publisher<JobEvent> events(UUID jobId, String afterEventId) {
    return events(jobId, EventPosition.parse(afterEventId));
  }

  @Override
  public <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId) {
    return EmittedPublisher.of(events(jobId), definition, values, encryption);
  }

  @Override
  public <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId, String afterEventId) {
    return EmittedPublisher.of(events(jobId, afterEventId), definition, values, encryption);
  }

  private Flow.Publisher<JobEvent> events(UUID jobId, EventPosition position) {
    return Objects.requireNonNull(streams)
        .publisher(Objects.requireNonNull(jobId, "jobId"), position);
  }

  @Override
  public CompletionStage<Job> ended(UUID jobId) {
    return Objects.requireNonNull(awaited).await(Objects.requireNonNull(jobId, "jobId"));
  }

  @Override
  public <P, R> CompletionStage<TypedJob<P, R>> ended(JobDefinition<P, R> definition, UUID jobId) {
    return TypedWaits.of(
        definition,
        Objects.requireNonNull(awaited).await(Objects.requireNonNull(jobId, "jobId")),
        job -> StoredValues.typed(definition, job, encryption));
  }

  @Override
  public Page<JobSummary> list(JobQuery query) {
    SubmittedValues.check(query);
    return Searches.reading("The jobs cannot be read", () -> searches.list(query));
  }

  @Override
  public long count(JobQuery query) {
    SubmittedValues.check(query);
    return reading(() -> reads.count(query));
  }

  @Override
  public long count(JobQuery query, long max) {
    SubmittedValues.check(query);
    SubmittedValues.max(max);
    return Searches.reading("The jobs cannot be counted", () -> searches.count(query, max));
  }

  @Override
  public List<JobAttempt> attempts(UUID jobId) {
    return reading(() -> reads.attempts(jobId));
  }

  @Override
  public Page<JobLogEntry> logs(UUID jobId, JobLogQuery query) {
    return reading(() -> reads.logs(jobId, query));
  }

  @Override
  public CancelResult cancel(UUID jobId, Actor actor) {
    return controls.cancel(jobId, actor);
  }

  @Override
  public void retry(UUID jobId, Actor actor) {
    controls.retry(jobId, actor);
  }

  @Override
  public void reschedule(UUID jobId, Instant runAt, Actor actor) {
    controls.reschedule(jobId, runAt, actor);
  }

  @Override
  public Optional<WaitReason> whyWaiting(UUID jobId) {
    return reading(() -> waitReasons.of(jobId));
  }

  @Override
  public JobTypes types() {
    return types;
  }

  @Override
  public JobBulkOperations bulk() {
    return bulk;
  }

  private static <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (StoreException e) {
      throw StoreFailures.of("The jobs cannot be read", null, e);
    }
  }

  @Override
  public <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options) {
    return submitters.inOwnTransaction().send(definition, target, signal, options);
  }

  @Override
  public JobLines lines() {
    return lines;
  }

  @Override
  public JobSteps steps() {
    return steps;
  }
}
