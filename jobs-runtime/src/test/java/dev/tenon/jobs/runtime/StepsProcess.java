package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A worker in a process of its own that stops for good within the step that the name of the order
 * says, so that a test can kill it there.
 */
public final class StepsProcess {

  static final ValueDefinition<Receipt> RECEIPT =
      ValueDefinition.<Receipt>builder(Receipt.class, TestCodecs.of(Receipt.class)).build();

  static final StepDefinition<Receipt> FIRST = StepDefinition.of("first", RECEIPT);
  static final StepDefinition<Receipt> ONCE = StepDefinition.of("once", RECEIPT).notRepeatable();
  static final StepDefinition<Void> RESERVE = StepDefinition.of("reserve").inTransaction();
  static final StepDefinition<Receipt> LAST = StepDefinition.of("last", RECEIPT);

  static final StepsDefinition STEPS =
      StepsDefinition.builder(TestJobs.ORDER.type())
          .step(FIRST)
          .step(LAST)
          .step(ONCE)
          .step(RESERVE)
          .build();

  private StepsProcess() {}

  static JavaProcess start(PostgresDatabase database) {
    return JavaProcess.of(StepsProcess.class)
        .jvmArguments("-XX:TieredStopAtLevel=1")
        .arguments(database.url(), database.user())
        .start();
  }

  /** What each step of the handler does, before it does what it is for. */
  interface Within {
    void step(String name) throws InterruptedException;
  }

  /** Runs all steps, and returns who has run which. */
  static Receipt handle(Order order, JobContext context, String who, Within within)
      throws Exception {
    StepExecutor steps = context.steps(STEPS);
    Receipt first =
        steps.<Receipt, InterruptedException>run(
            FIRST,
            "",
            step -> {
              within.step("first");
              return new Receipt(who);
            });
    Receipt once =
        steps.<Receipt, InterruptedException>runOnce(
            ONCE,
            "",
            step -> {
              within.step("once");
              return new Receipt(who);
            },
            step -> Resolution.done(new Receipt("asked by " + who)));
    Void unused =
        steps.<Void, Exception>runInTransaction(
            RESERVE,
            "",
            (step, transaction) -> {
              StepsContract.insert(transaction, context.jobId());
              within.step("reserve");
              return null;
            });
    Receipt last =
        steps.<Receipt, InterruptedException>run(
            LAST,
            "",
            step -> {
              within.step("last");
              return new Receipt(who);
            });
    return new Receipt(first.text() + ", " + once.text() + ", " + last.text());
  }

  /** Works until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(arguments[0], arguments[1], "")
            .heartbeatInterval(Duration.ofMillis(500));
    try (JobsRuntime runtime = PatientStart.of(builder)) {
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  STEPS,
                  (order, context) ->
                      handle(
                          order,
                          context,
                          "killed",
                          name -> {
                            if (name.equals(order.name())) {
                              System.out.println("in " + name);
                              new CountDownLatch(1).await();
                            }
                          })));
      System.out.println("working");
      runtime.awaitShutdown();
    }
  }
}
