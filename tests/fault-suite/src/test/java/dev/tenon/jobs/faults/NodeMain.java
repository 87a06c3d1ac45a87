package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import dev.tenon.jobs.workflow.Workflow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A process under test: a runtime that works, submits, or only takes part in maintenance. {@link
 * Node} starts it. What it did it writes to {@link Ledger}s, which survive it.
 */
public final class NodeMain {

  /** How a node submits jobs. */
  enum Submitting {
    /** One at a time. */
    SINGLE,
    /** All at once. */
    BATCH,
    /** One at a time, which must start within two seconds. */
    HURRIED,
    /** One at a time in a transaction of its own connection. */
    TRANSACTION,
    /** One at a time, of a type with versions. */
    VERSIONED,
    /** One workflow at a time. */
    WORKFLOW,
    /** One large workflow at a time, which fails. */
    LARGE_WORKFLOW,
    /** One durable job at a time, with the signals that it waits for. */
    DURABLE,
    /** One at a time, each in one of some lines. */
    ORDERED,
    /** One at a time, of a type that a worker in TypeScript runs. */
    EXTERNAL
  }

  private static final int START_ATTEMPTS = 3;
  private static final Duration SUBMIT_PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

  private static final SubmitOptions SOON =
      SubmitOptions.by("faults").withStartWithin(Duration.ofSeconds(2));

  private static final Duration HEALTH_INTERVAL = Duration.ofMillis(500);
  private static final int PACED_BATCH = 50;
  private static final int LINES = 20;

  /** In characters; the limit of a payload is 1 MiB. */
  private static final int LARGE = 900_000;

  private static final Pattern REFUSED = Pattern.compile("\\d+ messages were not pointers");

  private final NodeSettings settings;
  private final Ledger executed;
  private final CompletableFuture<String> workerId = new CompletableFuture<>();

  private NodeMain(NodeSettings settings) {
    this.settings = settings;
    this.executed = Ledger.open(Path.of(settings.folder()), "executed");
  }

  /** Runs until it is told to end. */
  public static void main(String[] arguments) throws Exception {
    new NodeMain(NodeSettings.read()).run();
  }

  /** On a machine that is busy a JVM may not get to its first connection in time. */
  private JobsRuntime start() {
    for (int attempt = 1; ; attempt++) {
      try {
        return builder().start();
      } catch (JobsStartException e) {
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
        System.out.println("cannot start yet: " + e.getMessage());
      }
    }
  }

  private JobsRuntimeBuilder builder() {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(settings.url(), settings.user(), "")
            // An older application knows fewer types
            .modules(FaultJobs.module(types()))
            .heartbeatInterval(Duration.ofMillis(settings.heartbeatMillis()))
            .maxCrashes(settings.maxCrashes())
            .maintenance(settings.maintenance())
            .submitInterceptor(FaultJobs.HEADERS)
            .executionInterceptor(FaultJobs.ARRIVED);
    if (!settings.amqpUris().isEmpty()) {
      builder.rabbitMq(
          RabbitMqOptions.of(settings.amqpUris().split(","))
              .withNamePrefix(settings.namePrefix())
              .withQueueKind(settings.queueKind()));
    }
    return builder;
  }

  private void run() throws Exception {
    try (JobsRuntime runtime = start()) {
      if (settings.concurrency() > 0) {
        JobWorker worker =
            runtime.startWorker(
                FaultJobs.handlers(
                    types(),
                    this::handle,
                    new DurableHandler(Path.of(settings.folder()), executed, workerId::join)),
                WorkerOptions.defaults()
                    .withConcurrency(settings.concurrency())
                    .withGracePeriod(Duration.ofMillis(settings.graceMillis())));
        workerId.complete(worker.id());
        System.out.println("worker " + worker.id());
      }
      watch(runtime);
      System.out.println(Node.READY);
      if (settings.submits() > 0) {
        if (System.getProperty(FaultAgent.CRASH) != null && !settings.amqpUris().isEmpty()) {
          awaitConnected(runtime);
        }
        submit(runtime.jobs());
        System.out.println(Node.SUBMITTED);
      }
      runtime.awaitShutdown();
    }
  }

  /**
   * Before it is connected, a submitter leaves what it submits to the relay, and passes no point.
   */
  private static void awaitConnected(JobsRuntime runtime) {
    while (!Site.isConnected(runtime)) {
      Site.sleep(HEALTH_INTERVAL);
    }
  }

  private List<JobDefinition<Work, Done>> types() {
    return FaultJobs.named(List.of(settings.types().split(",")));
  }

  private Done handle(Work work, JobContext context) throws Exception {
    String execution = UUID.randomUUID().toString();
    executed.write(execution + "\t" + context.jobId() + "\t" + workerId.get());
    switch (work.action()) {
      case WORK -> TimeUnit.MILLISECONDS.sleep(work.millis());
      case FAIL_ONCE -> {
        if (context.attempt() == 1) {
          throw new IllegalStateException("The first attempt fails.");
        }
        TimeUnit.MILLISECONDS.sleep(work.millis());
      }
      case FAIL -> throw new IllegalStateException("Every attempt fails.");
      case HALT -> Runtime.getRuntime().halt(Node.HALTED);
      case FILL_MEMORY -> fillMemory();
      case ENDLESS -> {
        System.out.println(Node.STARTED + context.jobId());
        try {
          new CountDownLatch(1).await();
        } finally {
          System.out.println(
              Node.SIGNALLED
                  + context.jobId()
                  + (context.isCancelled() ? " with flag" : " without flag"));
        }
      }
      case STUBBORN -> {
        System.out.println(Node.STARTED + context.jobId());
        keepWorking(Duration.ofMillis(work.millis()));
        System.out.println(Node.RETURNED + context.jobId());
      }
      case WATCHFUL -> {
        System.out.println(Node.STARTED + context.jobId());
        while (!context.isCancelled()) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        context.checkCancelled();
      }
      case AWAIT, ASK -> throw new IllegalStateException("Only durable jobs do that.");
    }
    return new Done(execution);
  }

  /** Works for that time, whoever interrupts it. */
  static void keepWorking(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      try {
        TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
      } catch (InterruptedException e) {
        System.out.println("interrupted, and goes on");
      }
    }
  }

  private static void fillMemory() {
    List<byte[]> kept = Collections.synchronizedList(new ArrayList<>());
    while (true) {
      kept.add(new byte[8 << 20]);
    }
  }

  private void submitWorkflows(JobService jobs) throws Exception {
    Ledger submitted = Ledger.open(Path.of(settings.folder()), "workflows");
    FaultGraphs[] graphs = FaultGraphs.values();
    boolean isLarge = settings.submitting() == Submitting.LARGE_WORKFLOW;
    long start = System.nanoTime();
    long pauseNanos = TimeUnit.SECONDS.toNanos(1) / Math.max(1, settings.submitsPerSecond());
    for (long done = 0; done < settings.submits(); done++) {
      try {
        FaultGraphs graph = graphs[(int) (done % graphs.length)];
        submitted.write(
            jobs.submit(isLarge ? large(done, jobs) : graph.workflow(jobs)).id().toString());
      } catch (RuntimeException e) {
        System.out.println("submit failed: " + e);
        TimeUnit.MILLISECONDS.sleep(SUBMIT_PAUSE_AFTER_FAILURE.toMillis());
      }
      long ahead = start + (done + 1) * pauseNanos - System.nanoTime();
      if (ahead > 0) {
        TimeUnit.NANOSECONDS.sleep(ahead);
      }
    }
  }

  private static Workflow large(long number, JobService jobs) {
    return (number % 2 == 0 ? LargeGraphs.LONG_CHAIN : LargeGraphs.WIDE).workflow(jobs);
  }

  private void submit(JobService jobs) throws Exception {
    if (settings.submitting() == Submitting.WORKFLOW
        || settings.submitting() == Submitting.LARGE_WORKFLOW) {
      submitWorkflows(jobs);
      return;
    }
    if (settings.submitting() == Submitting.DURABLE) {
      new DurableSubmits(settings, jobs).run();
      return;
    }
    Ledger submitted = Ledger.open(Path.of(settings.folder()), "submitted");
    Work work = new Work(Action.valueOf(settings.action()), settings.millis());
    JobDefinition<Work, Done> type = types().get(0);
    int batch =
        settings.submitting() != Submitting.BATCH
            ? 1
            : settings.submitsPerSecond() == 0 ? settings.submits() : PACED_BATCH;
    long start = System.nanoTime();
    long pauseNanos =
        settings.submitsPerSecond() == 0
            ? 0
            : TimeUnit.SECONDS.toNanos(1) / settings.submitsPerSecond();
    for (long done = 0; done < settings.submits(); done += batch) {
      List<Work> works = new ArrayList<>(Collections.nCopies(batch, work));
      // A mix: now and then one that fails once, so that retries are under test everywhere
      if (work.action() == Action.WORK && done % 10 == 0) {
        works.set(0, new Work(Action.FAIL_ONCE, work.millis()));
      }
      if (settings.submitting() == Submitting.ORDERED) {
        works.set(0, works.get(0).inLine("key " + done % LINES));
      }
      for (int i = 0; i < batch; i++) {
        if (settings.submitting() != Submitting.ORDERED
            && settings.largeEvery() > 0
            && (done + i) % settings.largeEvery() == 0) {
          works.set(i, works.get(i).padded(LARGE));
        }
      }
      for (UUID id : submit(jobs, type, works)) {
        submitted.write(id.toString());
      }
      long ahead = start + (done + batch) * pauseNanos - System.nanoTime();
      if (ahead > 0) {
        TimeUnit.NANOSECONDS.sleep(ahead);
      }
    }
  }

  /** Submits until PostgreSQL says that it is committed. */
  private List<UUID> submit(JobService jobs, JobDefinition<Work, Done> type, List<Work> works)
      throws InterruptedException {
    while (true) {
      try {
        return switch (settings.submitting()) {
          case SINGLE, VERSIONED, ORDERED, EXTERNAL ->
              List.of(jobs.submit(type, works.get(0), SubmitOptions.by("faults")).jobId());
          case HURRIED -> List.of(jobs.submit(type, works.get(0), SOON).jobId());
          case BATCH ->
              jobs.submitAll(type, works, SubmitOptions.by("faults")).stream()
                  .map(Submitted::jobId)
                  .toList();
          case TRANSACTION -> List.of(submitInTransaction(jobs, type, works.get(0)));
          case WORKFLOW, LARGE_WORKFLOW, DURABLE ->
              throw new IllegalStateException("These are submitted elsewhere.");
        };
      } catch (RuntimeException | SQLException e) {
        System.out.println("submit failed: " + e);
        TimeUnit.MILLISECONDS.sleep(SUBMIT_PAUSE_AFTER_FAILURE.toMillis());
      }
    }
  }

  private UUID submitInTransaction(JobService jobs, JobDefinition<Work, Done> type, Work work)
      throws SQLException {
    try (Connection connection = connect(settings)) {
      connection.setAutoCommit(false);
      UUID id = jobs.in(connection).submit(type, work, SubmitOptions.by("faults")).jobId();
      connection.commit();
      return id;
    }
  }

  /** A connection of the application. */
  static Connection connect(NodeSettings settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "10");
    return DriverManager.getConnection(settings.url(), properties);
  }

  /** Says when another check fails or none, and how many messages were refused. */
  private static void watch(JobsRuntime runtime) {
    Thread thread =
        new Thread(
            () -> {
              String failing = "";
              String refused = "";
              while (true) {
                JobsHealth health = runtime.health();
                Matcher count = REFUSED.matcher(health.toString());
                if (count.find() && !count.group().equals(refused)) {
                  refused = count.group();
                  System.out.println(refused);
                }
                String fails =
                    health.checks().stream()
                        .filter(check -> !check.isHealthy())
                        .map(JobsHealth.Check::name)
                        .collect(Collectors.joining(", "));
                if (!fails.equals(failing)) {
                  failing = fails;
                  System.out.println(fails.isEmpty() ? Node.HEALTHY : Node.UNHEALTHY + health);
                }
                Site.sleep(HEALTH_INTERVAL);
              }
            },
            "health");
    thread.setDaemon(true);
    thread.start();
  }
}
