package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Part;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A worker in a process of its own, which tests start and kill. What an order is called says what
 * its job does.
 */
public final class WorkerProcess {

  /** A job of this name never ends by itself. */
  static final String ENDLESS = "endless";

  /** A job of this name kills its process. */
  static final String DEADLY = "deadly";

  /** A job of this name ends its process in good order, with the exit code 3. */
  static final String EXITING = "exiting";

  /** A job of this name takes two seconds. */
  static final String TWO_SECONDS = "two seconds";

  /** A job of this name and of a type with limits fails each time. */
  static final String FAILING = "failing";

  /** A job of this name and of a type with limits does not stop before its attempt times out. */
  static final String HANGING = "hanging";

  /** A job of this name and of a type with limits is put off a few times. */
  static final String SNOOZING = "snoozing";

  /**
   * A job of this name overrides how many jobs of {@link TestJobs#LIMITED} may run at a time, to as
   * many as there are orders.
   */
  static final String OVERRIDING = "overriding";

  private WorkerProcess() {}

  static JavaProcess start(
      PostgresDatabase database,
      @Nullable String amqpUri,
      int concurrency,
      Duration heartbeatInterval,
      String... jvmArguments) {
    return JavaProcess.of(WorkerProcess.class)
        // It starts in half the processor time, and few tests want more of it than to start
        .jvmArguments("-XX:TieredStopAtLevel=1")
        .jvmArguments(jvmArguments)
        .arguments(
            database.url(),
            database.user(),
            amqpUri == null ? "" : amqpUri,
            Integer.toString(concurrency),
            Long.toString(heartbeatInterval.toMillis()))
        .start();
  }

  /** Works until it is told to end. */
  public static void main(String[] arguments) throws InterruptedException {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(arguments[0], arguments[1], "")
            .heartbeatInterval(Duration.ofMillis(Long.parseLong(arguments[4])));
    if (!arguments[2].isEmpty()) {
      builder.rabbitMq(arguments[2]);
    }
    try (JobsRuntime runtime = PatientStart.of(builder)) {
      runtime.startWorker(
          TestJobs.handlers()
              .with(TestJobs.ORDER, (order, context) -> handle(order, context, runtime))
              .with(TestJobs.LIMITED, WorkerProcess::handleLimited)
              .with(TestJobs.KEYED, WorkerProcess::handleLimited)
              .with(TestJobs.SLOW, WorkerProcess::handleLimited)
              .with(TestJobs.RAGGED, WorkerProcess::handleLimited)
              .with(TestJobs.STRICT, WorkerProcess::handleLimited)
              .with(TestJobs.RATED, WorkerProcess::handleLimited)
              .with(TestJobs.PACED, WorkerProcess::handleLimited)
              .with(TestJobs.ORDERED, WorkerProcess::handleLimited)
              .emitting(TestJobs.EMITTING, WorkerProcess::emit)
              .with(TestJobs.LONG, WorkerProcess::handleLimited),
          WorkerOptions.defaults().withConcurrency(Integer.parseInt(arguments[3])));
      System.out.println("working");
      Thread health = new Thread(() -> printProblems(runtime), "health");
      health.setDaemon(true);
      health.start();
      runtime.awaitShutdown();
    }
  }

  /** Prints what health says whenever it is not well, and something else than before. */
  private static void printProblems(JobsRuntime runtime) {
    String before = "";
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(200);
        String problems =
            runtime.health().checks().stream()
                .filter(check -> !check.isHealthy())
                .map(Object::toString)
                .collect(Collectors.joining("; "));
        if (!problems.equals(before)) {
          before = problems;
          System.out.println(problems.isEmpty() ? "healthy" : "unhealthy " + problems);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes as many milliseconds as there are orders, unless the name says something else. */
  private static Receipt handleLimited(Order order, JobContext context) throws Exception {
    switch (order.name()) {
      case FAILING -> throw new IOException("as it should");
      case HANGING, ENDLESS -> {
        System.out.println("started " + context.jobId());
        new CountDownLatch(1).await();
      }
      case SNOOZING -> {
        if (new Random().nextBoolean()) {
          throw context.snooze(Duration.ofMillis(20));
        }
      }
      default -> TimeUnit.MILLISECONDS.sleep(order.quantity());
    }
    return new Receipt(order.name());
  }

  /** Emits as many values as there are orders, one after the other. */
  private static Receipt emit(Order order, EmittingContext<Part> context) throws Exception {
    for (int i = 0; i < order.quantity(); i++) {
      context.emit(new Part(i, order.name(), "process " + ProcessHandle.current().pid()));
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return new Receipt(order.name());
  }

  private static Receipt handle(Order order, JobContext context, JobsRuntime runtime)
      throws InterruptedException {
    switch (order.name()) {
      case ENDLESS -> {
        System.out.println("started " + context.jobId());
        new CountDownLatch(1).await();
      }
      case DEADLY -> Runtime.getRuntime().halt(1);
      case EXITING -> System.exit(3);
      case TWO_SECONDS -> {
        System.out.println("started " + context.jobId());
        TimeUnit.SECONDS.sleep(2);
      }
      case OVERRIDING ->
          runtime
              .jobs()
              .types()
              .override(
                  TestJobs.LIMITED.type(),
                  JobTypeOverrides.none().withMaxConcurrent(order.quantity()),
                  Actor.of("process " + ProcessHandle.current().pid(), "to see who obeys"));
      default -> {
        // Done at once
      }
    }
    return new Receipt(order.name());
  }
}
