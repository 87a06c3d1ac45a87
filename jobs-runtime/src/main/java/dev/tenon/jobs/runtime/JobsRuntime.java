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
import dev.tenon.jobs.internal.broker.Topology;
import dev.tenon.jobs.internal.flow.StepTypeStore;
import dev.tenon.jobs.internal.flow.TypeStore;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.maintenance.Dispatcher;
import dev.tenon.jobs.internal.maintenance.Maintenance;
import dev.tenon.jobs.internal.operate.BacklogStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.rollout.BuildDescription;
import dev.tenon.jobs.internal.rollout.DescriptionJson;
import dev.tenon.jobs.internal.rollout.OwnDescription;
import dev.tenon.jobs.internal.rollout.RolloutStore;
import dev.tenon.jobs.internal.schema.InstallationStore;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.signal.PostgresListener;
import dev.tenon.jobs.internal.signal.PostgresNotifier;
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
import dev.tenon.jobs.internal.worker.WorkerSettings;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
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
  private final @Nullable BrokerAccess broker;
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
  private final List<Worker> workers = new CopyOnWriteArrayList<>();

  /** The handlers of all workers that were started. */
  private final List<JobHandlers> started = new CopyOnWriteArrayList<>();

  private final SharedAnswers looks;
  private volatile @Nullable PostgresListener listener;

  /** True if workers need notifications. Others may send none about jobs if there is RabbitMQ. */
  private volatile boolean workersListen;

  private final HealthReport health;
  private final Figures figures;
  private final AtomicBoolean closed = new AtomicBoolean();
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
    this.looks = new SharedAnswers(database, () -> workersListen && isNotified());
    RabbitMqOptions rabbitMq = settings.rabbitMq();
    if (rabbitMq == null) {
      this.broker = null;
      this.publisher = null;
      this.dispatcher = null;
    } else {
      this.broker = new BrokerAccess(rabbitMq, new InstallationStore(database).id());
      this.publisher = new PointerPublisher(broker, queues);
      this.dispatcher =
          new Dispatcher(publisher, queues, new PublishStore(database), settings.listeners());
    }
    this.notifier = new PostgresNotifier(new NotifyStore(database), settings.schema());
    LocalNotifications notifications = new LocalNotifications();
    this.maintenance =
        settings.maintenance()
            ? new Maintenance(
                database,
                dispatcher,
                settings.lostAfter(),
                settings.maxCrashes(),
                notifications,
                settings.listeners(),
                this::listenAsLeader)
            : null;
    this.service = new DefaultJobService(database, settings, notifications, this.modules);
    AwaitStore awaits = new AwaitStore(database);
    this.awaited = new AwaitedJobs(awaits, service::findAll, this::isNotified, this::listenIfOpen);
    this.streams =
        new JobStreams(awaits, new ReadStore(database), this::isNotified, this::listenIfOpen);
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
    this.health =
        new HealthReport(
            new TaskStore(database),
            new HealthStore(database),
            definitions.stream().map(JobDefinition::type).collect(Collectors.toSet()),
            settings.lostAfter(),
            publisher,
            workers,
            definitions.isEmpty() && !settings.maintenance());
    this.figures =
        new Figures(
            new BacklogStore(database),
            new StepPages(database),
            new TaskStore(database),
            () -> workers.stream().map(Worker::figures).toList(),
            publisher,
            settings.clock(),
            settings.listeners());
  }

  /** A builder of a runtime. */
  public static JobsRuntimeBuilder builder() {
    return new JobsRuntimeBuilder();
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
        Stream.concat(started.stream(), handlers.stream()).distinct().toList()) {
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
   * A catalog of other modules than those that this process was built with. It is for tools that
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
   *     two types share a name; or if RabbitMQ or a log cannot take a name
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
    requireOpen();
    DatabaseStart.checkWorker(dataSources, settings.schema());
    queues.know(JobModules.withIncluded(List.of(handlers.module())));
    if (broker != null) {
      Topology topology = new Topology(broker.options());
      handlers
          .bindings()
          .forEach(
              binding ->
                  topology.requireNameable(
                      binding.definition(), queues.namesOf(binding.definition())));
    }
    // Operators may pause what this worker runs, even if no module of this process lists it
    List<JobDefinition<?, ?>> handled =
        handlers.bindings().stream()
            .<JobDefinition<?, ?>>map(JobBinding::definition)
            .distinct()
            .toList();
    if (broker != null) {
      Topology topology = new Topology(broker.options());
      queues.consumedBy(handled).forEach(topology::requireNameable);
    }
    StepTransactions stepTransactions = stepTransactions(handlers);
    register("the worker", handled);
    declareSteps(handlers);
    lines.know(handled);
    preparation.serve(handled, JobModules.served(handlers.module(), modules));
    Worker worker =
        new Worker(
            new JobSources(database, broker, queues, looks),
            new WorkerSettings(
                settings.heartbeatInterval(),
                settings.maxCrashes(),
                settings.storage(),
                settings.clock(),
                settings.listeners(),
                settings.executionInterceptors(),
                stepTransactions),
            handlers,
            options,
            new WorkerEvents(),
            DescriptionJson.write(
                OwnDescription.of(
                    JobModules.withIncluded(List.of(handlers.module())),
                    handlers.bindings(),
                    queues::namesOf)));
    // Under the lock that close() takes: a worker is either closed by it, or never started
    synchronized (workers) {
      requireOpen();
      worker.start();
      workers.add(worker);
      started.add(handlers);
      if (worker.pollsTable()) {
        listen();
        workersListen = true;
      }
    }
    return worker;
  }

  private StepTransactions stepTransactions(JobHandlers handlers) {
    StepTransactions given = settings.stepTransactions();
    if (given == null) {
      return StepTransactions.of(dataSources.main());
    }
    TransactionalSteps.check(handlers, given, database, settings.schema());
    return given;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("The runtime is closed; start a new one.");
    }
  }

  private void listen() {
    DataSource connections = dataSources.listening();
    if (listener == null && connections != null) {
      PostgresListener first =
          new PostgresListener(connections, settings.schema(), this::hear, notifier::send);
      listener = first;
      first.start();
    }
  }

  /** Listens for submits of other languages, whose pointers the leader publishes. */
  private void listenAsLeader() {
    if (publisher != null) {
      listenIfOpen();
    }
  }

  private void listenIfOpen() {
    synchronized (workers) {
      if (!closed.get()) {
        listen();
      }
    }
  }

  private boolean isNotified() {
    PostgresListener open = listener;
    return open != null && open.hears();
  }

  private void hear(WorkerNotice notice) {
    if (notice instanceof WorkerNotice.Changed changed) {
      awaited.hear(changed.jobIds());
      streams.hear(changed.jobIds());
      return;
    }
    if (maintenance != null && maintenance.isLeading()) {
      passOn(notice);
    }
    WorkerNotice told =
        notice instanceof WorkerNotice.Submitted ? new WorkerNotice.Claimable() : notice;
    workers.forEach(worker -> worker.hear(told));
  }

  /**
   * Does what the process would have done that submits jobs or cancels one, if that was done by a
   * function of the database. Only the leader does this.
   */
  private void passOn(WorkerNotice notice) {
    if (notice instanceof WorkerNotice.Submitted submitted) {
      if (submitted.jobIds().isEmpty()) {
        lines.wake();
      } else if (dispatcher != null) {
        dispatcher.afterCommit(submitted.jobIds());
      }
    } else if (notice instanceof WorkerNotice.Cancelled cancelled && publisher != null) {
      publisher.broadcastCancel(cancelled.jobId());
    }
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
    boolean first;
    synchronized (workers) {
      first = closed.compareAndSet(false, true);
    }
    if (!first) {
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

  /** Closes the parts in this order, because each part needs those after it. */
  private void closeParts() {
    List<Runnable> parts =
        new ArrayList<>(
            List.of(
                this::closeListener,
                this::closeWorkers,
                awaited::close,
                streams::close,
                figures::close,
                preparation::close,
                lines::close));
    if (dispatcher != null) {
      parts.add(dispatcher::close);
    }
    if (maintenance != null) {
      parts.add(maintenance::close);
    }
    parts.add(notifier::close);
    if (publisher != null) {
      parts.add(publisher::close);
    }
    parts.add(dataSources::close);
    parts.add(this::removeShutdownHook);
    parts.add(settings.listeners()::stopped);
    for (Runnable part : parts) {
      try {
        part.run();
      } catch (RuntimeException | Error e) {
        // The others are still closed: nothing could close them later
        LOG.warn("A part of Tenon did not close cleanly; the others are closed.", e);
      }
    }
  }

  private void closeListener() {
    PostgresListener open;
    synchronized (workers) {
      open = listener;
    }
    if (open != null) {
      open.close();
    }
  }

  private void closeWorkers() {
    List<Thread> closing = new ArrayList<>();
    List<Worker> open;
    synchronized (workers) {
      open = List.copyOf(workers);
    }
    for (Worker worker : open) {
      Thread thread = new Thread(worker::close, "tenon-close-" + worker.id());
      thread.start();
      closing.add(thread);
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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

  /**
   * Passes notifications of the job service and of the schedules on to workers: to those of this
   * process immediately, to others over RabbitMQ, and over PostgreSQL where RabbitMQ has no such
   * message.
   */
  private final class LocalNotifications implements Notifications {

    @Override
    public void committed(List<JobPointer> pointers, boolean othersMayWait) {
      if (dispatcher != null) {
        dispatcher.committed(pointers);
      }
      if (dispatcher == null || othersMayWait) {
        notifier.tell(new WorkerNotice.Claimable());
      }
      workers.forEach(Worker::wake);
      if (othersMayWait) {
        lines.wake();
      }
    }

    @Override
    public void recorded(List<UUID> jobIds, boolean othersMayWait) {
      if (dispatcher != null) {
        dispatcher.afterCommit(jobIds);
      }
      if (dispatcher == null || othersMayWait) {
        notifier.tell(new WorkerNotice.Soon());
        hear(new WorkerNotice.Soon());
      }
      if (othersMayWait) {
        lines.wakeAfterCommit();
      }
    }

    @Override
    public void canPrepare() {
      preparation.wake();
    }

    @Override
    public void cancelRequested(UUID jobId) {
      for (Worker worker : workers) {
        if (worker.cancel(jobId)) {
          return;
        }
      }
      if (publisher != null) {
        publisher.broadcastCancel(jobId);
      } else {
        notifier.tell(new WorkerNotice.Cancelled(jobId));
      }
    }
  }
}
