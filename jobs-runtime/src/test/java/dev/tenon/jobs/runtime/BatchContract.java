package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.WorkerQuery;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for batch handlers, whatever brings the jobs. */
abstract class BatchContract {

  private static final Duration LONG_WAIT = BatchRule.MAX_WAIT;

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final List<List<String>> batches = new CopyOnWriteArrayList<>();
  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;

  abstract Fixture fixture();

  @BeforeEach
  void start() {
    fixture = fixture();
    runtime = fixture.start();
    jobs = runtime.jobs();
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    fixture.close();
  }

  private <R> JobWorker work(
      JobDefinition<Order, R> type,
      BatchRule<Order> rule,
      int concurrency,
      BatchJobHandler<Order, R> handler) {
    return runtime.startWorker(
        TestJobs.handlers()
            .with(
                type,
                rule,
                batch -> {
                  batches.add(batch.stream().map(job -> job.payload().name()).toList());
                  handler.execute(batch);
                }),
        WorkerOptions.defaults().withConcurrency(concurrency).withGracePeriod(Duration.ZERO));
  }

  private static BatchRule<Order> upTo(int jobs) {
    return BatchRule.of(jobs, LONG_WAIT);
  }

  private <R> List<UUID> submit(JobDefinition<Order, R> type, String... names) {
    List<Order> orders = new ArrayList<>();
    for (String name : names) {
      orders.add(new Order(name, 1));
    }
    return jobs.submitAll(type, orders, SubmitOptions.by("tester")).stream()
        .map(Submitted::jobId)
        .toList();
  }

  private static String[] numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private List<Outcome> outcomes(UUID id) {
    return jobs.attempts(id).stream().map(JobAttempt::outcome).toList();
  }

  private Job awaitStatus(UUID id, JobStatus status) {
    return Fixture.awaitStatus(jobs, id, status);
  }

  @Test
  void aFullBatchTakesOneSlotAndDoesNotWait() {
    work(TestJobs.QUIET, upTo(50), 1, batch -> {});
    List<UUID> ids = submit(TestJobs.QUIET, numbers(100));

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).extracting(List::size).containsExactly(50, 50);
    assertThat(outcomes(ids.get(7))).containsExactly(Outcome.COMPLETED);
  }

  @Test
  void aBatchThatIsNotFullStartsAtItsTime() {
    work(TestJobs.QUIET, BatchRule.of(500, Duration.ofMillis(300)), 2, batch -> {});
    List<UUID> ids = submit(TestJobs.QUIET, numbers(3));

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(3);
  }

  @Test
  void eachJobEndsAsTheHandlerSays() {
    work(
        TestJobs.ORDER,
        upTo(5),
        1,
        batch -> {
          for (BatchJob<Order, Receipt> job : batch) {
            job.context().progress(50, job.payload().name());
            job.context().log().info("seen " + job.payload().name());
            if (job.context().attempt() > 1) {
              job.complete(new Receipt("second"));
              continue;
            }
            switch (job.payload().name()) {
              case "good" -> job.complete(new Receipt("done"));
              case "bad" -> job.fail(new PermanentJobException("No such thing."));
              case "late" -> job.snooze(Duration.ofHours(1));
              case "twice" -> {
                job.complete(new Receipt("first"));
                job.fail(new IllegalStateException("too late"));
              }
              default -> {}
            }
          }
        });
    List<UUID> ids = submit(TestJobs.ORDER, "good", "bad", "late", "twice", "forgotten");

    assertThat(awaitStatus(ids.get(0), JobStatus.COMPLETED).result())
        .contains("{\"text\":\"done\"}");
    Job failed = awaitStatus(ids.get(1), JobStatus.FAILED);
    assertThat(failed.error().orElseThrow().message().orElseThrow()).contains("No such thing.");
    assertThat(awaitStatus(ids.get(3), JobStatus.COMPLETED).result())
        .contains("{\"text\":\"first\"}");
    await().until(() -> outcomes(ids.get(2)).contains(Outcome.SNOOZED));
    await().until(() -> outcomes(ids.get(4)).contains(Outcome.FAILED));
    assertThat(jobs.attempts(ids.get(4)).get(0).error().orElseThrow().message().orElseThrow())
        .contains("returned without an end for this job");
    assertThat(jobs.logs(ids.get(1)).items())
        .extracting(line -> line.message())
        .containsExactly("seen bad");
  }

  @Test
  void anExceptionFailsThoseThatHaveNotEnded() {
    work(
        TestJobs.ORDER,
        upTo(3),
        1,
        batch -> {
          if (batch.get(0).context().attempt() == 1) {
            batch.get(1).complete(new Receipt("kept"));
            throw new IllegalStateException("The batch has failed.");
          }
          batch.forEach(job -> job.complete(new Receipt("again")));
        });
    List<UUID> ids = submit(TestJobs.ORDER, "a", "b", "c");

    await().until(() -> ids.stream().allMatch(id -> !outcomes(id).isEmpty()));
    List<Outcome> first = ids.stream().map(id -> outcomes(id).get(0)).toList();
    assertThat(first).containsOnlyOnce(Outcome.COMPLETED).contains(Outcome.FAILED);
  }

  @Test
  void aCancelledJobEndsWithoutTheOthers() {
    CountDownLatch started = new CountDownLatch(1);
    work(
        TestJobs.QUIET,
        upTo(3),
        1,
        batch -> {
          started.countDown();
          BatchJob<Order, Void> cancelled =
              batch.stream()
                  .filter(job -> job.payload().name().equals("b"))
                  .findAny()
                  .orElseThrow();
          await().until(() -> cancelled.context().isCancelled());
          cancelled.complete(null);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    List<UUID> ids = submit(TestJobs.QUIET, "a", "b", "c");
    await().until(() -> started.getCount() == 0);
    jobs.cancel(ids.get(1), Actor.of("ann"));

    awaitStatus(ids.get(1), JobStatus.CANCELLED);
    awaitStatus(ids.get(0), JobStatus.COMPLETED);
    awaitStatus(ids.get(2), JobStatus.COMPLETED);
  }

  @Test
  void aJobThatIsCancelledWhileItWaitsForOthersDoesNotRun() {
    work(TestJobs.QUIET, upTo(3), 1, batch -> {});
    List<UUID> ids = submit(TestJobs.QUIET, "a", "b");
    await().until(() -> jobs.get(ids.get(0)).status() == JobStatus.RUNNING);
    jobs.cancel(ids.get(0), Actor.of("ann"));
    awaitStatus(ids.get(0), JobStatus.CANCELLED);
    submit(TestJobs.QUIET, "c");

    awaitStatus(ids.get(1), JobStatus.COMPLETED);
    assertThat(batches).hasSize(1);
    assertThat(batches.get(0)).contains("b").doesNotContain("a");
  }

  @Test
  void timeEndsAllJobsThatHaveNotEndedAndInterruptsTheThread() {
    CountDownLatch interrupted = new CountDownLatch(1);
    work(
        TestJobs.SHORT,
        upTo(2),
        1,
        batch -> {
          batch.get(0).complete(new Receipt("in time"));
          try {
            mayEnd.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
    List<UUID> ids = submit(TestJobs.SHORT, "a", "b");

    await().until(() -> interrupted.getCount() == 0);
    await()
        .until(
            () ->
                ids.stream()
                        .flatMap(id -> outcomes(id).stream())
                        .filter(Outcome.TIMED_OUT::equals)
                        .count()
                    > 0);
    assertThat(ids.stream().flatMap(id -> outcomes(id).stream()))
        .filteredOn(Outcome.COMPLETED::equals)
        .isNotEmpty();
  }

  /** All jobs of the first batch end in time, and its handler ignores that it should stop. */
  @Test
  void timeEndsAHandlerThatContinuesAfterTheEndsOfItsJobs() {
    CountDownLatch interrupted = new CountDownLatch(1);
    work(
        TestJobs.SHORT,
        upTo(2),
        1,
        batch -> {
          batch.forEach(job -> job.complete(new Receipt("in time")));
          if (batches.size() == 1) {
            continueAfterInterrupts(interrupted);
          }
        });
    List<UUID> ids = submit(TestJobs.SHORT, "a", "b", "c", "d");

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(interrupted.getCount()).isZero();
    assertThat(mayEnd.getCount()).as("the second batch had the slot of the first").isOne();
    ids.forEach(id -> assertThat(outcomes(id)).containsExactly(Outcome.COMPLETED));
  }

  @Test
  void aWorkerThatStopsEndsAHandlerThatContinuesAfterTheEndsOfItsJobs() {
    CountDownLatch interrupted = new CountDownLatch(1);
    JobWorker worker =
        work(
            TestJobs.LONG,
            upTo(2),
            1,
            batch -> {
              batch.forEach(job -> job.complete(new Receipt("in time")));
              try {
                mayEnd.await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    List<UUID> ids = submit(TestJobs.LONG, "a", "b");
    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    worker.close();

    assertThat(interrupted.getCount()).isZero();
  }

  @Test
  void aWorkerWhoseHandlerContinuesAfterTheEndsOfItsJobsIsNotDrained() {
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(200)));
    JobWorker worker =
        work(
            TestJobs.LONG,
            upTo(2),
            1,
            batch -> {
              batch.forEach(job -> job.complete(new Receipt("in time")));
              mayEnd.await();
            });
    List<UUID> ids = submit(TestJobs.LONG, "a", "b");
    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(runtime.monitor().quietWorker(worker.id(), Actor.of("ann", "a test"))).isTrue();

    // It has heard of it once a heartbeat has come after that
    Instant quieted = state(worker).quietedAt().orElseThrow();
    await().until(() -> state(worker).heartbeatAt().isAfter(quieted.plusMillis(600)));
    assertThat(state(worker).isDrained()).isFalse();

    mayEnd.countDown();
    await().until(() -> state(worker).isDrained());
  }

  private JobMonitor.Worker state(JobWorker worker) {
    return runtime.monitor().workers(WorkerQuery.all()).stream()
        .filter(each -> each.id().equals(worker.id()))
        .findFirst()
        .orElseThrow();
  }

  private void continueAfterInterrupts(CountDownLatch interrupted) {
    while (mayEnd.getCount() > 0) {
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
    }
  }

  @Test
  void oneBatchHasOneKey() {
    work(
        TestJobs.QUIET,
        BatchRule.of(4, Duration.ofMillis(100), "name", Order::name),
        4,
        batch -> {});
    List<UUID> ids = submit(TestJobs.QUIET, "a", "b", "a", "c", "b", "a", "b", "a", "b", "a");

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).allMatch(batch -> batch.stream().distinct().count() == 1);
    assertThat(batches).anyMatch(batch -> batch.size() > 1);
  }

  @Test
  void jobsThatWaitForOthersAreReleasedUncountedWhenTheWorkerStops() {
    JobWorker worker = work(TestJobs.QUIET, upTo(10), 1, batch -> {});
    List<UUID> ids = submit(TestJobs.QUIET, "a", "b");
    await().until(() -> ids.stream().allMatch(id -> jobs.get(id).status() == JobStatus.RUNNING));
    worker.close();

    for (UUID id : ids) {
      assertThat(outcomes(id)).containsExactly(Outcome.RELEASED);
      assertThat(jobs.get(id).attempts()).isZero();
    }
    assertThat(batches).isEmpty();
  }

  @Test
  void otherTypesHaveTheirSlotsBesideBatches() {
    runtime.startWorker(
        TestJobs.handlers()
            .with(TestJobs.QUIET, upTo(10), batch -> batches.add(List.of("batch")))
            .with(TestJobs.ORDER, (order, context) -> new Receipt(order.name())),
        WorkerOptions.defaults().withConcurrency(2));
    List<UUID> single = submit(TestJobs.ORDER, numbers(30));
    List<UUID> batched = submit(TestJobs.QUIET, numbers(30));

    single.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    batched.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).hasSizeLessThan(30);
  }

  @Test
  void aJobThatIsTakenAwayLeavesTheOthersOfItsBatchAlone() {
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
    work(
        TestJobs.ORDER,
        BatchRule.of(3, Duration.ofSeconds(2)),
        1,
        batch -> {
          int call = batches.size();
          for (BatchJob<Order, Receipt> job : batch) {
            if (call == 1 && job.payload().name().equals("taken")) {
              takeAway(job.context().jobId());
              await().until(() -> job.context().isCancelled());
            }
            job.complete(new Receipt("call " + call));
          }
        });
    List<UUID> ids = submit(TestJobs.ORDER, "a", "taken", "b");

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).hasSize(2);
    assertThat(batches.get(0)).containsExactlyInAnyOrder("a", "taken", "b");
    assertThat(batches.get(1)).containsExactly("taken");
    assertThat(jobs.get(ids.get(1)).result()).contains("{\"text\":\"call 2\"}");
    for (UUID other : List.of(ids.get(0), ids.get(2))) {
      assertThat(jobs.get(other).result()).contains("{\"text\":\"call 1\"}");
      assertThat(outcomes(other)).containsExactly(Outcome.COMPLETED);
    }
  }

  /** Gives a running job to nobody, so that its worker finds that it has lost it. */
  private void takeAway(UUID id) throws SQLException {
    try (Connection connection = fixture.database().connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "UPDATE /* by the test */ by_test.jobs SET lease = lease + 1 WHERE id = ?")) {
      statement.setObject(1, id);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void aBatchHasAtMostOneJobOfALineAndKeepsTheOrder() {
    Map<String, List<Integer>> ran = new ConcurrentHashMap<>();
    work(
        TestJobs.ORDERED,
        BatchRule.of(50, Duration.ofMillis(100)),
        3,
        batch -> {
          for (BatchJob<Order, Receipt> job : batch) {
            Order order = job.payload();
            ran.computeIfAbsent(order.name(), any -> new CopyOnWriteArrayList<>())
                .add(order.quantity());
            if (order.quantity() == 2 && job.context().attempt() == 1) {
              job.fail(new IllegalStateException("The first attempt fails."));
            } else {
              job.complete(new Receipt("done"));
            }
          }
        });
    int lines = 20;

    List<UUID> ids = submitLines(TestJobs.ORDERED, lines);

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).allSatisfy(batch -> assertThat(batch).doesNotHaveDuplicates());
    assertThat(batches).anyMatch(batch -> batch.size() > 1);
    assertThat(ran).hasSize(lines);
    assertThat(ran.values()).allMatch(List.of(1, 2, 2, 3)::equals);
  }

  @Test
  void aBatchHasAtMostOneJobOfALineWhoseWaitingJobsLetOthersPass() {
    work(
        TestJobs.PASSING,
        BatchRule.of(50, Duration.ofMillis(100)),
        3,
        batch -> {
          for (BatchJob<Order, Receipt> job : batch) {
            if (job.payload().quantity() == 1 && job.context().attempt() == 1) {
              job.fail(new IllegalStateException("The first attempt fails."));
            } else {
              job.complete(new Receipt("done"));
            }
          }
        });

    List<UUID> ids = submitLines(TestJobs.PASSING, 20);

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).allSatisfy(batch -> assertThat(batch).doesNotHaveDuplicates());
    assertThat(batches).anyMatch(batch -> batch.size() > 1);
  }

  /** Submits three jobs for each of some lines. */
  private <R> List<UUID> submitLines(JobDefinition<Order, R> type, int lines) {
    List<Order> orders = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      for (int line = 0; line < lines; line++) {
        orders.add(new Order("line " + line, number));
      }
    }
    return jobs.submitAll(type, orders, SubmitOptions.by("tester")).stream()
        .map(Submitted::jobId)
        .toList();
  }

  @Test
  void aLimitCountsJobs() {
    work(
        TestJobs.LIMITED,
        BatchRule.of(10, Duration.ofMillis(50)),
        4,
        batch -> batch.forEach(job -> job.complete(new Receipt("done"))));
    List<UUID> ids = submit(TestJobs.LIMITED, numbers(10));

    ids.forEach(id -> awaitStatus(id, JobStatus.COMPLETED));
    assertThat(batches).allMatch(batch -> batch.size() <= 3);
  }
}
