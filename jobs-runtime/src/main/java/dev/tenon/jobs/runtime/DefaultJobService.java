package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
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
import dev.tenon.jobs.internal.pointer.JobPointer;
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
import dev.tenon.jobs.internal.store.Recorded;
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
import java.sql.SQLException;
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
  private final ReadStore reads;
  private final MonitorStore searches;
  private final ControlStore controls;
  private final NewJobFactory newJobs;
  private final Encryption encryption;
  private final int maxTaskResultsBytes;
  private final SignalSender signals;
  private final JobListeners listeners;
  private final Notifications notifications;
  private final JobTypes types;
  private final WorkflowStore workflowStore;
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
    this.controls = new ControlStore(database);
    this.listeners = settings.listeners();
    this.notifications = notifications;
    this.signals = new SignalSender(database, newJobs, settings.storage(), this::startable);
    this.workflowStore = new WorkflowStore(database, submits);
    WorkflowReadStore workflowReads = new WorkflowReadStore(database);
    this.workflows =
        new DefaultJobWorkflows(
            workflowStore,
            workflowReads,
            new MonitorWorkflows(database),
            new WorkflowPauseStore(database),
            new WorkflowControlStore(database),
            newJobs,
            listeners,
            this::startable,
            this);
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
            this::runAgain);
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
    return inOwnTransaction().submit(definition, payload, options);
  }

  @Override
  public <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads, SubmitOptions options) {
    return inOwnTransaction().submitAll(definition, payloads, options);
  }

  /** A submitter for one job that somebody submits by hand. */
  JobSubmitter byHand(ChangeByHand change) {
    return new Submitter(
        newJobs,
        listeners,
        false,
        jobs -> {
          List<Recorded> recorded = List.of(submits.insertByHand(jobs.get(0), change));
          committed(recorded);
          return recorded;
        },
        graph -> {
          throw new IllegalStateException("Workflows cannot be submitted by hand.");
        },
        signals.inOwnTransaction());
  }

  private JobSubmitter inOwnTransaction() {
    return new Submitter(
        newJobs,
        listeners,
        false,
        jobs -> {
          List<Recorded> recorded = submits.insert(jobs);
          committed(recorded);
          return recorded;
        },
        graph -> {
          WorkflowStore.Submission submission = workflowStore.insert(graph);
          startable(submission.startable());
          return submission.existing();
        },
        signals.inOwnTransaction());
  }

  @Override
  public JobSubmitter in(Connection connection) {
    requireTransaction(connection);
    return new Submitter(
        newJobs,
        listeners,
        true,
        jobs -> {
          List<Recorded> recorded = submits.insert(connection, jobs);
          // Before the commit, a job that was moved is still visible as it was: the relay takes
          // care of it
          List<UUID> published =
              recorded.stream()
                  .filter(each -> each.created() && each.pointer() != null)
                  .map(Recorded::jobId)
                  .toList();
          notifications.recorded(published, published.size() < recorded.size());
          return recorded;
        },
        graph -> {
          WorkflowStore.Submission submission = workflowStore.insert(connection, graph);
          StartableJobs some = submission.startable();
          notifications.recorded(
              some.pointers().stream().map(JobPointer::jobId).toList(), some.othersMayWait());
          return submission.existing();
        },
        signals.in(connection, null));
  }

  @Override
  public JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit) {
    requireTransaction(connection);
    return new Submitter(
        newJobs,
        listeners,
        true,
        jobs -> {
          List<Recorded> recorded = submits.insert(connection, jobs);
          afterCommit.accept(() -> committed(recorded));
          return recorded;
        },
        graph -> {
          WorkflowStore.Submission submission = workflowStore.insert(connection, graph);
          afterCommit.accept(() -> startable(submission.startable()));
          return submission.existing();
        },
        signals.in(connection, afterCommit));
  }

  private static void requireTransaction(Connection connection) {
    try {
      if (connection.getAutoCommit()) {
        throw new IllegalArgumentException(
            "The connection has auto-commit on, so it is not in a transaction. Call setAutoCommit(false), or submit without in(…).");
      }
    } catch (SQLException e) {
      throw new JobStoreException("The connection cannot be used; nothing was submitted.", null, e);
    }
  }

  @Override
  public SubmittedWorkflow submit(Workflow workflow) {
    return inOwnTransaction().submit(workflow);
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
        this::startable);
  }

  /** Publishes the jobs that can be started because something has ended or was submitted. */
  void startable(StartableJobs some) {
    if (!some.pointers().isEmpty() || some.othersMayWait()) {
      notifications.committed(some.pointers(), some.othersMayWait());
    }
    if (some.canPrepare()) {
      notifications.canPrepare();
    }
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
    return cancel(
        jobId,
        ChangeByHand.of("cancel job", jobId.toString(), Objects.requireNonNull(actor, "actor")));
  }

  /** Cancels a job as a part of a larger change. */
  CancelResult cancel(UUID jobId, ChangeByHand change) {
    return changing(
        "cancel job " + jobId,
        () -> {
          // Between the two statements the job may start or go back to waiting, so they are tried
          // again
          while (true) {
            if (controls.cancelWaiting(jobId, change)) {
              return CancelResult.CANCELLED;
            }
            if (controls.requestCancel(jobId, change)) {
              notifications.cancelRequested(jobId);
              return CancelResult.REQUESTED;
            }
            if (status(jobId).isTerminal()) {
              return CancelResult.ALREADY_ENDED;
            }
          }
        });
  }

  @Override
  public void retry(UUID jobId, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of("retry job", jobId.toString(), Objects.requireNonNull(actor, "actor"));
    changing(
        "retry job " + jobId,
        () -> {
          if (retryUnlessStopped(jobId, change)) {
            return jobId;
          }
          Job job = get(jobId);
          throw new JobStateException(
              whyNotRetried(jobId).formatted(jobId, job.type(), job.status().code()),
              job.type(),
              jobId,
              job.status());
        });
  }

  /**
   * Runs a job again.
   *
   * @return true if it had failed or was cancelled; false if other tasks of its workflow keep it
   *     from starting
   */
  boolean retryUnlessStopped(UUID jobId, ChangeByHand change) {
    Optional<ControlStore.Retried> retried = controls.retry(jobId, change);
    runAgain(retried.stream().toList());
    return retried.isPresent();
  }

  private String whyNotRetried(UUID jobId) {
    if (controls.isStopped(jobId)) {
      return "Job %s of type '%s' is %s: it is a task of a workflow, and was not started because an earlier task did not meet its condition. Retry that task; this one starts when it completes.";
    }
    return controls.isCancelledBeforeItsTurn(jobId)
        ? "Job %s of type '%s' is %s: it is a task of a workflow, and an earlier task did not meet its condition. Retry that task first, and then this one; or retry the whole workflow."
        : "Job %s of type '%s' is %s; only a failed or a cancelled job can be retried.";
  }

  @Override
  public void reschedule(UUID jobId, Instant runAt, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of("reschedule job", jobId.toString(), Objects.requireNonNull(actor, "actor"));
    Instant due = SubmittedValues.runAt(Objects.requireNonNull(runAt, "runAt"));
    changing(
        "reschedule job " + jobId,
        () -> {
          if (controls.reschedule(jobId, Objects.requireNonNull(due), change)) {
            notifications.committed(List.of(), true);
            return jobId;
          }
          Job job = get(jobId);
          boolean waits = job.status() == JobStatus.PENDING || job.status() == JobStatus.QUEUED;
          if (waits && !controls.waitsForOthers(jobId)) {
            return jobId;
          }
          throw new JobStateException(
              (waits
                      ? "Job %s of type '%s' is %s: " + whatItWaitsFor(jobId)
                      : "Job %s of type '%s' is %s; only a waiting job can be rescheduled.")
                  .formatted(jobId, job.type(), job.status().code()),
              job.type(),
              jobId,
              job.status());
        });
  }

  /** Returns what makes a job due that has no time. */
  private String whatItWaitsFor(UUID jobId) {
    WaitReason reason = whyWaiting(jobId).orElse(null);
    if (reason instanceof WaitReason.ForSignal) {
      return "its handler waits for a signal, and it becomes due when the signal is sent.";
    }
    return reason instanceof WaitReason.StepInDoubt
        ? "a step is in doubt, and it becomes due when somebody has decided what became of the step."
        : "it is a task of a workflow that waits for others, and becomes due when these have ended.";
  }

  /** Lets jobs start that run again. */
  void runAgain(List<ControlStore.Retried> retried) {
    if (retried.isEmpty()) {
      return;
    }
    List<JobPointer> pointers =
        retried.stream()
            .filter(ControlStore.Retried::isPublished)
            .map(ControlStore.Retried::pointer)
            .toList();
    notifications.committed(pointers, pointers.size() < retried.size());
    notifications.canPrepare();
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

  private JobStatus status(UUID jobId) {
    return controls.status(jobId).orElseThrow(() -> new JobNotFoundException(jobId));
  }

  private void committed(List<Recorded> recorded) {
    List<JobPointer> pointers =
        recorded.stream().map(Recorded::pointer).filter(Objects::nonNull).toList();
    notifications.committed(pointers, pointers.size() < recorded.size());
  }

  private static <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (StoreException e) {
      throw StoreFailures.of("The jobs cannot be read", null, e);
    }
  }

  private static <T> T changing(String what, Supplier<T> change) {
    try {
      return change.get();
    } catch (StoreException e) {
      throw StoreFailures.of("Could not " + what, null, e);
    }
  }

  @Override
  public <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options) {
    return inOwnTransaction().send(definition, target, signal, options);
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
