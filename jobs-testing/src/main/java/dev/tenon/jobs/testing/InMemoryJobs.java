package dev.tenon.jobs.testing;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAwaitTimeoutException;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobNotFoundException;
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
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.internal.operate.EmittedPublisher;
import dev.tenon.jobs.internal.operate.EventPosition;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmitInterceptors;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobLines;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are kept in memory, and run when a test says so, in its own thread and by a clock that
 * it turns forward. So retries, delays, schedules and timeouts are tested in milliseconds.
 *
 * <pre>{@code
 * InMemoryJobs jobs = InMemoryJobs.of(new PlmJobsHandlers(new WidgetBatchHandler()));
 * UUID id = new PlmJobs(jobs).widgetBatch().submit(batch, SubmitOptions.by("test")).jobId();
 *
 * jobs.advance(Duration.ofHours(1));
 *
 * assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
 * }</pre>
 *
 * <p>Payloads and results are validated, written as JSON and read back, handlers are called and
 * retries are decided by the code of the runtime. Waits after a failure have no jitter. Unique
 * keys, bounds on waiting jobs, schedules, steps and signals are kept as PostgreSQL keeps them; a
 * step in a transaction gets a connection of {@link Builder#stepDataSource}. What only a database
 * can show is not here: there are no transactions, no limits and rates (jobs run one at a time),
 * and no retention. Workflows, pauses and overrides of types, the pages of lines and bulk
 * operations throw {@link UnsupportedOperationException}; tests of these use {@link TenonExtension}
 * or {@link EmbeddedJobs}, which run on PostgreSQL.
 *
 * <p>Submitting, reading and cancelling is thread-safe. Only one thread may run jobs at a time, and
 * a handler may not.
 */
public final class InMemoryJobs implements JobService {

  private final TestClock clock;
  private final MemoryTable table;
  private final MemorySchedules schedules;
  private final MemoryWorker worker;
  private final NewJobFactory newJobs;
  private final List<ModuleDefinition> modules;
  private final MemoryJobSteps steps;

  private InMemoryJobs(Builder builder) {
    this.clock = builder.clock == null ? TestClock.startingNow() : builder.clock;
    this.table = new MemoryTable(clock);
    this.newJobs =
        new NewJobFactory(
            ValueStorage.unencrypted(builder.limits),
            builder.submittedBy,
            new SubmitInterceptors(builder.submitInterceptors));
    this.schedules = new MemorySchedules(clock, table, newJobs);
    this.modules =
        Stream.concat(builder.modules.stream(), builder.handlers.stream().map(JobHandlers::module))
            .flatMap(InMemoryJobs::withIncluded)
            .toList();
    @Nullable Supplier<? extends Collection<? extends JobHandlers>> later = builder.handlersLater;
    MemoryBindings bindings =
        new MemoryBindings(
            later == null ? () -> builder.handlers : later, builder.executionInterceptors);
    if (later == null) {
      bindings.load();
    }
    this.worker =
        new MemoryWorker(bindings, table, schedules, clock, builder.limits, builder.stepDataSource);
    this.steps = new MemoryJobSteps(table, bindings, modules, builder.limits, clock);
    declareSchedules();
  }

  private void declareSchedules() {
    modules.stream()
        .flatMap(module -> module.definitions().stream())
        .forEach(
            definition -> {
              table.know(definition);
              schedules.declare(definition);
            });
  }

  private static Stream<ModuleDefinition> withIncluded(ModuleDefinition module) {
    return Stream.concat(
        Stream.of(module), module.includes().stream().flatMap(InMemoryJobs::withIncluded));
  }

  /** Jobs that are kept and not run: for tests of code that submits jobs. */
  public static InMemoryJobs create() {
    return builder().build();
  }

  /**
   * Jobs that these handlers run. Schedules that their types declare begin now.
   *
   * @param handlers the handlers of one or more modules
   * @throws IllegalArgumentException if two of them handle the same job type
   */
  public static InMemoryJobs of(JobHandlers... handlers) {
    return builder().handlers(handlers).build();
  }

  /** Starts to set up jobs that are kept in memory. */
  public static Builder builder() {
    return new Builder();
  }

  /** Sets up jobs that are kept in memory. Not thread-safe. */
  public static final class Builder {
    private final List<JobHandlers> handlers = new ArrayList<>();
    private final List<ModuleDefinition> modules = new ArrayList<>();
    private final List<SubmitInterceptor> submitInterceptors = new ArrayList<>();
    private final List<ExecutionInterceptor> executionInterceptors = new ArrayList<>();
    private @Nullable Supplier<? extends Collection<? extends JobHandlers>> handlersLater;
    private SizeLimits limits = SizeLimits.defaults();
    private @Nullable TestClock clock;
    private @Nullable Supplier<String> submittedBy;
    private @Nullable DataSource stepDataSource;

    private Builder() {}

    /** The handlers that run the jobs. */
    public Builder handlers(JobHandlers... handlers) {
      this.handlers.addAll(List.of(handlers));
      return this;
    }

    /**
     * The handlers that run the jobs, in place of others: they are asked for when it first matters
     * which there are. For containers, whose handlers may need this very job service. Schedules of
     * their modules have to be given to {@link #modules}.
     */
    public Builder handlersLater(Supplier<? extends Collection<? extends JobHandlers>> handlers) {
      this.handlersLater = Objects.requireNonNull(handlers, "handlers");
      return this;
    }

    /** Modules whose schedules are kept, in addition to those of the handlers. */
    public Builder modules(ModuleDefinition... modules) {
      this.modules.addAll(List.of(modules));
      return this;
    }

    /** Adds an interceptor of submissions, as {@code JobsRuntimeBuilder} has it. */
    public Builder submitInterceptor(SubmitInterceptor interceptor) {
      submitInterceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
      return this;
    }

    /** Adds an interceptor of handlers, as {@code JobsRuntimeBuilder} has it. */
    public Builder executionInterceptor(ExecutionInterceptor interceptor) {
      executionInterceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
      return this;
    }

    /** The clock; otherwise one that begins at the present time. */
    public Builder clock(TestClock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the submitter of jobs whose caller names none. Without it, each caller must name one.
     *
     * @throws IllegalArgumentException if it is blank, is too long or has a character that cannot
     *     be stored
     */
    public Builder submittedBy(String submittedBy) {
      String checked = SubmittedValues.submittedBy(submittedBy);
      this.submittedBy = () -> checked;
      return this;
    }

    /**
     * Sets the data source of steps that take a connection. What a step writes is committed, and
     * its record is kept after that.
     */
    public Builder stepDataSource(DataSource dataSource) {
      this.stepDataSource = Objects.requireNonNull(dataSource, "dataSource");
      return this;
    }

    /** Sets the largest sizes of payloads, results and logs. */
    public Builder sizeLimits(SizeLimits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Makes the jobs.
     *
     * @throws IllegalArgumentException if two handlers are for the same job type
     * @throws dev.tenon.jobs.InvalidPayloadException if the payload of a declared schedule is not
     *     valid
     */
    public InMemoryJobs build() {
      return new InMemoryJobs(this);
    }
  }

  /** The clock that decides when jobs are due. */
  public TestClock clock() {
    return clock;
  }

  /**
   * Forgets all jobs and restarts the declared schedules, for a test that shares its jobs with
   * others. Those who await or follow a job learn that it no longer exists. The clock is not
   * changed.
   *
   * @throws IllegalStateException if jobs are being run
   */
  public void clear() {
    worker.clear();
    declareSchedules();
  }

  /**
   * Makes one attempt at a job, in this thread, even if it is not due yet.
   *
   * @param jobId the job
   * @return the job after that
   * @throws dev.tenon.jobs.JobNotFoundException if there is no such job
   * @throws IllegalStateException if the job does not wait, if its type has no handler, or if a
   *     handler calls this
   */
  public Job run(UUID jobId) {
    worker.run(jobId);
    return get(jobId);
  }

  /**
   * Runs all jobs that are due, in this thread, with those that these submit, and with the runs of
   * schedules that are due. Jobs without a handler here stay as they are.
   *
   * @return how many attempts were made
   * @throws IllegalStateException after 10,000 attempts, since jobs submit each other without end;
   *     or if a handler calls this
   */
  public int drain() {
    return worker.drain();
  }

  /**
   * Turns the clock forward and runs, in this thread, everything that becomes due meanwhile, each
   * at its time: delayed jobs, further attempts, and runs of schedules.
   *
   * @param duration how far to turn the clock
   * @return how many attempts were made
   * @throws IllegalArgumentException if the duration is negative
   * @throws IllegalStateException after 10,000 attempts, since jobs submit each other without end;
   *     or if a handler calls this
   */
  public int advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "The clock cannot be turned back; the duration is " + duration + ".");
    }
    return worker.advanceTo(clock.instant().plus(duration));
  }

  /**
   * The same as {@link #advance}, up to a time.
   *
   * @throws IllegalArgumentException if the clock is past that time
   */
  public int advanceTo(Instant time) {
    return advance(Duration.between(clock.instant(), time));
  }

  @Override
  public <P, R> Submitted submit(JobDefinition<P, R> definition, P payload, SubmitOptions options) {
    table.know(definition);
    return table.insert(List.of(newJobs.submitted(definition, payload, -1, options))).get(0);
  }

  @Override
  public <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads, SubmitOptions options) {
    table.know(definition);
    List<NewJob> rows = new ArrayList<>(payloads.size());
    for (P payload : payloads) {
      rows.add(newJobs.submitted(definition, payload, rows.size(), options));
    }
    return table.insert(rows);
  }

  /** Not supported. */
  @Override
  public SubmittedWorkflow submit(Workflow workflow) {
    throw unsupported("Workflows");
  }

  /** Not supported. */
  @Override
  public JobSubmitter in(Connection connection) {
    throw unsupported("Transactions");
  }

  /** Not supported. */
  @Override
  public JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit) {
    throw unsupported("Transactions");
  }

  @Override
  public Optional<Job> find(UUID jobId) {
    return table.find(jobId);
  }

  @Override
  public <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId) {
    return find(jobId)
        .filter(job -> definition.isNamed(job.type()))
        .map(job -> StoredValues.typed(definition, job, Encryption.NONE));
  }

  /** Events come in the thread that runs the job, when it reports, starts and ends. */
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
    return EmittedPublisher.of(events(jobId), definition, values, Encryption.NONE);
  }

  @Override
  public <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId, String afterEventId) {
    return EmittedPublisher.of(events(jobId, afterEventId), definition, values, Encryption.NONE);
  }

  private Flow.Publisher<JobEvent> events(UUID jobId, EventPosition position) {
    return subscriber -> MemoryStream.subscribe(table, jobId, position, subscriber);
  }

  @Override
  public CompletionStage<Job> ended(UUID jobId) {
    return table.await(jobId);
  }

  @Override
  public <P, R> CompletionStage<TypedJob<P, R>> ended(JobDefinition<P, R> definition, UUID jobId) {
    return table
        .await(jobId)
        .thenApply(
            job -> find(definition, job.id()).orElseThrow(() -> new JobNotFoundException(jobId)));
  }

  /**
   * Runs jobs in this thread until this one has ended, and turns the clock forward for that, up to
   * the timeout.
   *
   * @throws IllegalStateException if a handler calls this
   */
  @Override
  public <P, R> TypedJob<P, R> awaitEnd(
      JobDefinition<P, R> definition, UUID jobId, Duration timeout) {
    worker.advanceUntilEnd(jobId, clock.instant().plus(timeout));
    if (!get(jobId).status().isTerminal()) {
      throw new JobAwaitTimeoutException(definition.type(), jobId, timeout);
    }
    return find(definition, jobId).orElseThrow(() -> new JobNotFoundException(jobId));
  }

  @Override
  public Page<JobSummary> list(JobQuery query) {
    SubmittedValues.check(query);
    return table.list(query);
  }

  @Override
  public long count(JobQuery query) {
    SubmittedValues.check(query);
    return table.count(query);
  }

  @Override
  public long count(JobQuery query, long max) {
    SubmittedValues.max(max);
    return Math.min(max, count(query));
  }

  @Override
  public List<JobAttempt> attempts(UUID jobId) {
    return table.read(jobId, MemoryJob::attempts).orElse(List.of());
  }

  @Override
  public Page<JobLogEntry> logs(UUID jobId, JobLogQuery query) {
    return MemoryLog.page(table.read(jobId, MemoryJob::log).orElse(List.of()), query);
  }

  @Override
  public CancelResult cancel(UUID jobId, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    CancelResult result = table.cancel(jobId);
    table.completeWaits();
    return result;
  }

  @Override
  public void retry(UUID jobId, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    table.retry(jobId);
  }

  @Override
  public void reschedule(UUID jobId, Instant runAt, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    Instant due = SubmittedValues.runAt(Objects.requireNonNull(runAt, "runAt"));
    table.reschedule(jobId, Objects.requireNonNull(due));
  }

  @Override
  public Optional<WaitReason> whyWaiting(UUID jobId) {
    return worker.whyWaiting(jobId);
  }

  @Override
  public JobSchedules schedules() {
    return schedules;
  }

  /** Not supported. */
  @Override
  public JobTypes types() {
    throw unsupported("Pauses and overrides of job types");
  }

  /** Not supported. */
  @Override
  public JobWorkflows workflows() {
    throw unsupported("Workflows");
  }

  /** Not supported. */
  @Override
  public JobBulkOperations bulk() {
    throw unsupported("Bulk operations");
  }

  /** Not supported. */
  @Override
  public JobLines lines() {
    throw unsupported("The lines of jobs");
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        what
            + " are not supported by InMemoryJobs. Use TenonExtension, or EmbeddedJobs without"
            + " JUnit: they run jobs on a real PostgreSQL server.");
  }

  @Override
  public <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options) {
    return steps.send(
        definition, target, signal, newJobs.sender(options.sentBy().orElse(null)), options);
  }

  @Override
  public JobSteps steps() {
    return steps;
  }
}
