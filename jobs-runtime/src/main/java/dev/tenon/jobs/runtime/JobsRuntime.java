package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.broker.BrokerAccess;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.flow.StepTypeStore;
import dev.tenon.jobs.internal.flow.TypeStore;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.maintenance.Dispatcher;
import dev.tenon.jobs.internal.maintenance.Maintenance;
import dev.tenon.jobs.internal.operate.BacklogStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.rollout.BuildDescription;
import dev.tenon.jobs.internal.rollout.OwnDescription;
import dev.tenon.jobs.internal.rollout.RolloutStore;
import dev.tenon.jobs.internal.scaling.ScalingReader;
import dev.tenon.jobs.internal.schema.InstallationStore;
import dev.tenon.jobs.internal.signal.PostgresNotifier;
import dev.tenon.jobs.internal.signal.SessionLock;
import dev.tenon.jobs.internal.signal.SharedAnswers;
import dev.tenon.jobs.internal.signal.WorkerNotice;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.AwaitStore;
import dev.tenon.jobs.internal.store.LineStore;
import dev.tenon.jobs.internal.store.NotifyStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.submit.SubmissionRules;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.worker.JobSources;
import dev.tenon.jobs.internal.worker.Worker;
import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.operate.JobCatalog;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.options.WorkerOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point of Tenon in an application. It is built from a database and, optionally,
 * RabbitMQ; it provides the {@link JobService}, runs {@link JobWorker}s, and takes part in
 * maintenance.
 *
 * <pre>{@code
 * try (JobsRuntime runtime =
 *     JobsRuntime.builder()
 *         .database("jdbc:postgresql://localhost/app", "app", password)
 *         .rabbitMq("amqp://app:secret@localhost")
 *         .start()) {
 *   runtime.startWorker(new PlmJobsHandlers(new WidgetBatchHandler()));
 *   PlmJobs jobs = new PlmJobs(runtime.jobs());
 *   jobs.widgetBatch().submit(batch, SubmitOptions.by("user-7"));
 *   runtime.awaitShutdown();
 * }
 * }</pre>
 *
 * <p>A process that only submits jobs starts no worker. Without RabbitMQ, workers take their jobs
 * from the table. Thread-safe.
 */
public final class JobsRuntime implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobsRuntime.class);

  private final RuntimeSettings settings;
  private final Database database;
  private final DataSources dataSources;
  private final List<ModuleDefinition> modules;
  private final List<JobDefinition<?, ?>> definitions;
  private final @Nullable PointerPublisher publisher;
  private final @Nullable Dispatcher dispatcher;
  private final PostgresNotifier notifier;
  private final @Nullable Maintenance maintenance;
  private final TypeStore types;
  private final Queues queues;
  private final DefaultJobService service;
  private final AwaitedJobs awaited;
  private final JobStreams streams;
  private final JobCatalog catalog;
  private final JobMonitor monitor;
  private final Preparation preparation;
  private final LineAdvance lines;
  private final OpenWorkers workers = new OpenWorkers();
  private final CurrentSession session = new CurrentSession();
  private final @Nullable SessionLock lock;
  private final ProcessNotices notices;
  private final WorkerFactory factory;
  private final HealthReport health;
  private final Figures figures;
  private final CountDownLatch closedSignal = new CountDownLatch(1);
  private final Thread shutdownHook = new Thread(this::close, "tenon-shutdown");

  /**
   * Creates a runtime; {@link #start()} starts it.
   *
   * @param modules the modules whose job types this process knows
   */
  JobsRuntime(
      RuntimeSettings settings, DataSources dataSources, Collection<ModuleDefinition> modules) {
    this.settings = settings;
    this.dataSources = dataSources;
    this.modules = List.copyOf(modules);
    this.definitions = List.copyOf(JobModules.definitions(modules));
    this.database =
        new Database(
            dataSources.main(),
            dataSources.control(),
            dataSources.heartbeat(),
            dataSources.monitor(),
            settings.schema());
    this.types = new TypeStore(database);
    this.queues = new Queues(types::queues);
    queues.know(JobModules.withIncluded(modules));
    BrokerAccess broker = null;
    RabbitMqOptions rabbitMq = settings.rabbitMq();
    if (rabbitMq == null) {
      this.publisher = null;
      this.dispatcher = null;
    } else {
      broker = new BrokerAccess(rabbitMq, installationId(database));
      this.publisher = new PointerPublisher(broker, queues);
      this.dispatcher =
          new Dispatcher(publisher, queues, new PublishStore(database), settings.listeners());
    }
    this.notifier = new PostgresNotifier(new NotifyStore(database), settings.schema());
    session.onChange(() -> workers.running().forEach(Worker::sessionChanged));
    this.lock = settings.limits().asksProcesses() ? new SessionLock(session) : null;
    this.notices =
        new ProcessNotices(
            dataSources.listening(),
            settings.schema(),
            workers,
            dispatcher,
            publisher,
            notifier,
            lock);
    // With RabbitMQ, others may send no notices of jobs, so that silence says nothing
    SharedAnswers answers =
        new SharedAnswers(database, () -> workers.pollsTable() && notices.isNotified());
    this.factory =
        new WorkerFactory(
            settings, dataSources, new JobSources(database, broker, queues, answers), session);
    this.maintenance =
        settings.maintenance()
            ? new Maintenance(
                database,
                dispatcher,
                settings.limits(),
                session,
                notices,
                settings.listeners(),
                notices::listenAsLeader)
            : null;
    this.service = new DefaultJobService(database, settings, notices, this.modules);
    AwaitStore awaits = new AwaitStore(database);
    this.awaited = new AwaitedJobs(awaits, service::findAll, notices::isNotified, notices::listen);
    this.streams =
        new JobStreams(awaits, new ReadStore(database), notices::isNotified, notices::listen);
    service.awaitWith(awaited, streams);
    this.catalog = new DefaultJobCatalog(modules, service, service::byHand);
    this.monitor =
        new DefaultJobMonitor(
            database,
            settings.lostAfter(),
            new DefaultJobRollouts(
                new RolloutStore(database, settings.lostAfter()), this::description));
    this.preparation = service.preparation(database, definitions);
    this.lines = new LineAdvance(new LineStore(database), service::startable);
    notices.connect(
        new ProcessNotices.Receivers(awaited, streams, preparation, lines, maintenance));
    this.health =
        new HealthReport(
            new TaskStore(database),
            new HealthStore(database),
            definitions.stream().map(JobDefinition::type).collect(Collectors.toSet()),
            settings.lostAfter(),
            publisher,
            workers.running(),
            definitions.isEmpty() && !settings.maintenance());
    this.figures =
        new Figures(
            new Figures.Sources(
                new BacklogStore(database),
                new StepPages(database),
                new TaskStore(database),
                new ScalingReader(database, settings.lostAfter())),
            () -> workers.running().stream().map(Worker::figures).toList(),
            publisher,
            settings.clock(),
            settings.listeners(),
            Figures.Times.DEFAULT);
  }

  /** A builder of a runtime. */
  public static JobsRuntimeBuilder builder() {
    return new JobsRuntimeBuilder();
  }

  /**
   * The id of the installation.
   *
   * @throws dev.tenon.jobs.JobStoreException if the database cannot be reached
   */
  static UUID installationId(Database database) {
    try {
      return new InstallationStore(database).id();
    } catch (StoreException e) {
      throw StoreFailures.of("The id of the installation cannot be read", null, e);
    }
  }

  void start() {
    register("this process", definitions);
    service.schedules().declare(definitions);
    if (publisher != null) {
      publisher.start();
    }
    if (dispatcher != null) {
      dispatcher.start();
    }
    notifier.start();
    preparation.start();
    lines.know(definitions);
    if (maintenance != null) {
      maintenance.start();
    }
    if (settings.closesOnShutdown()) {
      Runtime.getRuntime().addShutdownHook(shutdownHook);
    }
    settings.listeners().started(figures);
    LOG.info(
        settings.rabbitMq() == null
            ? "Tenon has started without RabbitMQ: workers take their jobs from the table."
            : "Tenon has started with {}.",
        settings.rabbitMq());
  }

  private void register(String whose, Collection<JobDefinition<?, ?>> declared) {
    Map<String, String> earlier;
    try {
      earlier = publisher == null ? Map.of() : types.queues();
      types.register(declared, queues::namesOf, new SubmissionRules(settings.storage())::json);
    } catch (StoreException e) {
      throw StoreFailures.of("The job types of " + whose + " were not recorded", null, e);
    }
    if (publisher != null) {
      earlier
          .keySet()
          .retainAll(declared.stream().flatMap(each -> Queues.routingKeys(each).stream()).toList());
      publisher.moved(queues.movedFrom(earlier));
    }
  }

  private void declareSteps(JobHandlers handlers) {
    try {
      new StepTypeStore(database).declare(handlers.bindings());
    } catch (StoreException e) {
      throw StoreFailures.of("The steps of the worker were not recorded", null, e);
    }
  }

  /** The description of this process, with these handlers and those of its workers. */
  private BuildDescription description(Collection<JobHandlers> handlers) {
    List<ModuleDefinition> all = new ArrayList<>(modules);
    List<JobBinding<?, ?>> bindings = new ArrayList<>();
    for (JobHandlers each :
        Stream.concat(workers.started().stream(), handlers.stream()).distinct().toList()) {
      all.add(each.module());
      bindings.addAll(each.bindings());
    }
    return OwnDescription.of(JobModules.withIncluded(all), bindings, queues::namesOf);
  }

  /**
   * The job service, which submits, reads, cancels and retries jobs. Generated classes take it in
   * their constructors.
   */
  public JobService jobs() {
    return service;
  }

  /**
   * The monitor, for dashboards and other tools of operators: statistics, backlogs, groups of
   * failures, workers, and the record of changes by hand.
   */
  public JobMonitor monitor() {
    return monitor;
  }

  /**
   * The catalog: the job types that this process knows, with their JSON Schemas, and a submit for
   * jobs whose types are only known at run time.
   */
  public JobCatalog catalog() {
    return catalog;
  }

  /**
   * A catalog of modules other than those that this process was built with. It is for tools that
   * submit jobs by hand and are not part of a deployment: jobs are validated and submitted as by
   * {@link #catalog()}, but nothing that the modules declare is stored, so a tool with an older
   * build does not change the types, the schedules or the waiting jobs of the deployed one.
   *
   * @param modules the modules
   * @throws dev.tenon.jobs.JobsException if two of them declare the same job type
   */
  public JobCatalog catalogOf(Collection<ModuleDefinition> modules) {
    JobModules.check(modules);
    return new DefaultJobCatalog(modules, service, service::byHand);
  }

  /** The job types that this process knows, sorted by name. */
  public List<JobDefinition<?, ?>> definitions() {
    return definitions.stream().sorted(Comparator.comparing(JobDefinition::type)).toList();
  }

  /**
   * Checks the health of the runtime: its database, RabbitMQ, whether live workers of any process
   * handle each job type, how long jobs wait and how many failed recently, maintenance in any
   * process, and the workers of this runtime. It reads the database; if that does not answer, this
   * takes some seconds.
   */
  public JobsHealth health() {
    return health.check();
  }

  /** The workload of the runtime, for metrics; reading it costs nothing. */
  public JobsFigures figures() {
    return figures;
  }

  /** Starts a worker with {@link WorkerOptions#defaults()}. */
  public JobWorker startWorker(JobHandlers handlers) {
    return startWorker(handlers, WorkerOptions.defaults());
  }

  /**
   * Starts a worker. It runs until it or the runtime is closed.
   *
   * @param handlers the generated handlers class of a module, with its handlers
   * @param options the options of the worker
   * @throws IllegalArgumentException if there are no handlers, so the worker would run nothing; if
   *     two types share a name; if RabbitMQ or a log cannot take a name; or if an {@link
   *     dev.tenon.jobs.intercept.ExecutionInterceptor} applies to a type whose handler takes
   *     batches
   * @throws IllegalStateException if the runtime is closed
   * @throws dev.tenon.jobs.JobsStartException if the database user lacks rights that a worker
   *     needs; the message has the GRANT statements. Or if a handler has a transactional step, and
   *     {@link JobsRuntimeBuilder#stepTransactions} leads to another database
   * @throws dev.tenon.jobs.JobStoreException if the database cannot be reached; the worker is not
   *     started
   */
  public JobWorker startWorker(JobHandlers handlers, WorkerOptions options) {
    if (handlers.bindings().isEmpty()) {
      throw new IllegalArgumentException(
          "The worker of module %s would run nothing, because there are no handlers. %s"
              .formatted(handlers.module().name(), ProcessorSetup.advice()));
    }
    SubmittedValues.checkModuleName(handlers.module().name());
    workers.requireOpen();
    DatabaseStart.checkWorker(dataSources, settings.schema());
    queues.know(JobModules.withIncluded(List.of(handlers.module())));
    // Operators may pause what this worker runs, even if no module of this process lists it
    List<JobDefinition<?, ?>> handled = WorkerFactory.handled(handlers);
    factory.requireNameable(handled);
    StepTransactions stepTransactions = factory.stepTransactions(handlers);
    register("the worker", handled);
    declareSteps(handlers);
    lines.know(handled);
    preparation.serve(handled, JobModules.served(handlers.module(), modules));
    Worker worker = factory.create(handlers, options, stepTransactions, new WorkerEvents());
    workers.start(worker, handlers);
    if (worker.pollsTable()) {
      notices.listen();
    }
    notices.showLife();
    return worker;
  }

  /**
   * Waits until the runtime is closed: by {@link #close()} or, unless that was switched off,
   * because the process gets a signal to end (SIGTERM, Ctrl-C). By then the workers have stopped
   * gracefully.
   */
  public void awaitShutdown() throws InterruptedException {
    closedSignal.await();
  }

  /**
   * Stops the workers, all at the same time, as {@link JobWorker#close()} does, and then everything
   * else. Closing again waits for the first close to end.
   */
  @Override
  public void close() {
    if (!workers.seal()) {
      try {
        closedSignal.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return;
    }
    try {
      closeParts();
      LOG.info("Tenon has stopped.");
    } finally {
      closedSignal.countDown();
    }
  }

  /**
   * Closes the parts in this order, because each part needs those after it. An interrupt shortens
   * the close of the workers. All others take moments, and would be left open by it.
   */
  private void closeParts() {
    closePart(notices::close);
    closePart(workers::close);
    List<Runnable> others =
        new ArrayList<>(
            List.of(
                awaited::close, streams::close, figures::close, preparation::close, lines::close));
    if (dispatcher != null) {
      others.add(dispatcher::close);
    }
    if (maintenance != null) {
      others.add(maintenance::close);
    }
    others.add(notifier::close);
    if (publisher != null) {
      others.add(publisher::close);
    }
    others.add(dataSources::close);
    if (lock != null) {
      // While its port answers, nobody takes this process for ended
      others.add(lock::close);
    }
    others.add(this::removeShutdownHook);
    others.add(settings.listeners()::stopped);
    boolean interrupted = Thread.interrupted();
    for (Runnable part : others) {
      closePart(part);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closePart(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException | Error e) {
      // The others are still closed: nothing could close them later
      LOG.warn("A part of Tenon did not close cleanly; the others are closed.", e);
    }
  }

  private void removeShutdownHook() {
    if (settings.closesOnShutdown() && Thread.currentThread() != shutdownHook) {
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException e) {
        LOG.debug("The process is already ending; the hook finds the runtime closed.", e);
      }
    }
  }

  /** Handles the events of workers: what they have recorded or stopped. */
  private final class WorkerEvents implements Worker.Listener {

    @Override
    public void startable(StartableJobs jobs) {
      service.startable(jobs);
    }

    @Override
    public void linesMayAdvance() {
      lines.wake();
    }

    @Override
    public void stopped(Worker worker) {
      workers.remove(worker);
      if (worker.pollsTable()) {
        // Jobs that it has released wait for others
        notifier.tell(new WorkerNotice.Claimable());
      }
    }
  }
}
