package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.RabbitMqOptions;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.WorkerOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process under test: a runtime that works, submits, or only takes part in the upkeep. {@link
 * Node} starts it. What it did it writes to {@link Ledger}s, which survive it.
 */
public final class NodeMain {

  /** How a node submits jobs. */
  enum Submitting {
    /** One at a time. */
    SINGLE,
    /** All at once. */
    BATCH,
    /** One at a time in a transaction of its own connection. */
    TRANSACTION
  }

  private static final Duration SUBMIT_PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

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

  private void run() throws Exception {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(settings.url(), settings.user(), "")
            .heartbeatInterval(Duration.ofMillis(settings.heartbeatMillis()))
            .maxCrashes(settings.maxCrashes())
            .upkeep(settings.upkeep());
    if (!settings.amqpUri().isEmpty()) {
      builder.rabbitMq(
          RabbitMqOptions.of(settings.amqpUri()).withNamePrefix(settings.namePrefix()));
    }
    try (JobsRuntime runtime = builder.start()) {
      if (settings.concurrency() > 0) {
        JobWorker worker =
            runtime.startWorker(
                FaultJobs.handlers(types(), this::handle),
                WorkerOptions.defaults()
                    .withConcurrency(settings.concurrency())
                    .withGracePeriod(Duration.ofMillis(settings.graceMillis())));
        workerId.complete(worker.id());
        System.out.println("worker " + worker.id());
      }
      System.out.println(Node.READY);
      if (settings.submits() > 0) {
        submit(runtime.jobs());
        System.out.println(Node.SUBMITTED);
      }
      runtime.awaitShutdown();
    }
  }

  private List<JobDefinition<Work, Done>> types() {
    List<String> wanted = List.of(settings.types().split(","));
    return FaultJobs.ALL.stream().filter(each -> wanted.contains(each.type())).toList();
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
        goOn(Duration.ofMillis(work.millis()));
        System.out.println(Node.RETURNED + context.jobId());
      }
    }
    return new Done(execution);
  }

  private static void goOn(Duration time) {
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

  private void submit(JobService jobs) throws Exception {
    Ledger submitted = Ledger.open(Path.of(settings.folder()), "submitted");
    Work work = new Work(Action.valueOf(settings.action()), settings.millis());
    JobDefinition<Work, Done> type = types().get(0);
    if (settings.submitting() == Submitting.BATCH) {
      List<UUID> ids =
          jobs.submitAll(
              type,
              Collections.nCopies(settings.submits(), work),
              "faults",
              SubmitOptions.defaults());
      for (UUID id : ids) {
        submitted.write(id.toString());
      }
      return;
    }
    long start = System.nanoTime();
    long pauseNanos =
        settings.submitsPerSecond() == 0
            ? 0
            : TimeUnit.SECONDS.toNanos(1) / settings.submitsPerSecond();
    for (int i = 0; i < settings.submits(); i++) {
      // A mix: now and then one that fails once, so that retries are under test everywhere
      Work next =
          work.action() == Action.WORK && i % 10 == 9
              ? new Work(Action.FAIL_ONCE, work.millis())
              : work;
      submitted.write(submitOne(jobs, type, next).toString());
      long ahead = start + (i + 1) * pauseNanos - System.nanoTime();
      if (ahead > 0) {
        TimeUnit.NANOSECONDS.sleep(ahead);
      }
    }
  }

  /** Submits until PostgreSQL says that it is committed. */
  private UUID submitOne(JobService jobs, JobDefinition<Work, Done> type, Work work)
      throws InterruptedException {
    while (true) {
      try {
        if (settings.submitting() == Submitting.TRANSACTION) {
          return submitInTransaction(jobs, type, work);
        }
        return jobs.submit(type, work, "faults", SubmitOptions.defaults());
      } catch (RuntimeException | SQLException e) {
        System.out.println("submit failed: " + e);
        TimeUnit.MILLISECONDS.sleep(SUBMIT_PAUSE_AFTER_FAILURE.toMillis());
      }
    }
  }

  private UUID submitInTransaction(JobService jobs, JobDefinition<Work, Done> type, Work work)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(settings.url(), settings.user(), "")) {
      connection.setAutoCommit(false);
      UUID id = jobs.in(connection).submit(type, work, "faults", SubmitOptions.defaults());
      connection.commit();
      return id;
    }
  }
}
