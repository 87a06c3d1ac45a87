package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.WorkerOptions;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  /** A job of this name takes two seconds. */
  static final String TWO_SECONDS = "two seconds";

  private WorkerProcess() {}

  static JavaProcess start(
      PostgresDatabase database,
      @Nullable String amqpUri,
      int concurrency,
      Duration heartbeatInterval) {
    return JavaProcess.of(WorkerProcess.class)
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
    try (JobsRuntime runtime = builder.start()) {
      runtime.startWorker(
          TestJobs.handlers().with(TestJobs.ORDER, WorkerProcess::handle),
          WorkerOptions.defaults().withConcurrency(Integer.parseInt(arguments[3])));
      System.out.println("working");
      runtime.awaitShutdown();
    }
  }

  private static Receipt handle(Order order, JobContext context) throws InterruptedException {
    switch (order.name()) {
      case ENDLESS -> {
        System.out.println("started " + context.jobId());
        new CountDownLatch(1).await();
      }
      case DEADLY -> Runtime.getRuntime().halt(1);
      case TWO_SECONDS -> {
        System.out.println("started " + context.jobId());
        TimeUnit.SECONDS.sleep(2);
      }
      default -> {
        // Done at once
      }
    }
    return new Receipt(order.name());
  }
}
