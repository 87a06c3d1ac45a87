package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.options.WorkerOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Handlers with steps, waits and cursors, the same with RabbitMQ and without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StepsContract {

  private static final ValueDefinition<Receipt> RECEIPT =
      ValueDefinition.<Receipt>builder(Receipt.class, TestCodecs.of(Receipt.class)).build();

  private static final StepDefinition<Receipt> CHARGE = StepDefinition.of("charge", RECEIPT);
  private static final StepDefinition<Void> RESERVE = StepDefinition.of("reserve").inTransaction();
  private static final SignalDefinition<Receipt> PAID =
      SignalDefinition.of("order.paid", 1, RECEIPT);
  private static final WaitDefinition<Receipt> PAYMENT = WaitDefinition.ofSignals("payment", PAID);
  private static final WaitDefinition<Void> NAP = WaitDefinition.ofTime("nap");

  private static final StepsDefinition STEPS = steps("test.order.place");

  /** A type of which one job runs at a time. */
  private static final JobDefinition<Order, Receipt> ALONE =
      TestCodecs.builder("test.order.alone", Order.class, Receipt.class)
          .retryPolicy(RetryPolicy.of(1))
          .limits(JobLimits.NONE.withMaxConcurrent(1))
          .build();

  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;
  private final List<JobWorker> workers = new ArrayList<>();

  private static StepsDefinition steps(String type) {
    return StepsDefinition.builder(type)
        .step(CHARGE)
        .step(RESERVE)
        .wait(PAYMENT)
        .wait(NAP)
        .cursor(RECEIPT)
        .build();
  }

  abstract Fixture fixture();

  @BeforeAll
  void start() throws SQLException {
    fixture = fixture();
    runtime = fixture.start();
    jobs = runtime.jobs();
    execute("CREATE TABLE public.reservations (job_id uuid NOT NULL)");
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @AfterEach
  void stopWorkers() {
    workers.forEach(JobWorker::close);
    workers.clear();
  }

  private JobWorker work(JobHandler<Order, Receipt> handler) {
    return work(handler, WorkerOptions.defaults().withConcurrency(4));
  }

  private JobWorker work(JobHandler<Order, Receipt> handler, WorkerOptions options) {
    JobWorker worker =
        runtime.startWorker(TestJobs.handlers().with(TestJobs.ORDER, STEPS, handler), options);
    workers.add(worker);
    return worker;
  }

  private static StepExecutor of(JobContext context) {
    return context.steps(STEPS);
  }

  private UUID submit() {
    return jobs.submit(TestJobs.ORDER, new Order("bolts", 1), SubmitOptions.by("tester")).jobId();
  }

  private Job completed(UUID id) {
    return Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
  }

  private List<Outcome> outcomes(UUID id) {
    return jobs.attempts(id).stream().map(JobAttempt::outcome).toList();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count(String sql, UUID id) throws SQLException {
    try (Connection connection = fixture.database().connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void send(UUID id, String text) {
    SentSignal unused =
        jobs.send(PAID, SignalTarget.job(id), new Receipt(text), SignalOptions.by("tester"));
  }

  private void awaitSuspended(UUID id) {
    await("the job waits")
        .atMost(Fixture.PATIENCE)
        .until(() -> outcomes(id).contains(Outcome.SUSPENDED));
  }

  @Test
  void aRecordedStepIsNotRunByTheNextAttempt() {
    Queue<String> charges = new ConcurrentLinkedQueue<>();
    work(
        (order, context) -> {
          Receipt receipt =
              of(context)
                  .run(
                      CHARGE,
                      "",
                      step -> {
                        charges.add(step.idempotencyKey());
                        return new Receipt("r" + context.attempt());
                      });
          if (context.attempt() < 3) {
            throw new IOException("after the charge");
          }
          return receipt;
        });
    UUID id = submit();
    assertThat(completed(id).attempts()).isEqualTo(3);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result()).contains(new Receipt("r1"));
    assertThat(charges).hasSize(1);
  }

  @Test
  void aJobWaitsForItsSignalWithoutSlotAndAttempt() {
    AtomicInteger starts = new AtomicInteger();
    JobWorker worker =
        work(
            (order, context) -> {
              starts.incrementAndGet();
              return of(context).await(PAYMENT, "", Duration.ofDays(3)).orElseThrow();
            });
    UUID id = submit();
    awaitSuspended(id);
    Fixture.awaitIdle(worker);
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.get(id).attempts()).isZero();
    send(id, "paid");
    assertThat(completed(id).attempts()).isEqualTo(1);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result()).contains(new Receipt("paid"));
    assertThat(outcomes(id)).containsExactly(Outcome.SUSPENDED, Outcome.COMPLETED);
    assertThat(starts).hasValue(2);
  }

  @Test
  void aSignalThatComesFirstIsKept() {
    UUID id = submit();
    send(id, "early");
    work((order, context) -> of(context).await(PAYMENT, "", null).orElseThrow());
    assertThat(completed(id).attempts()).isEqualTo(1);
    assertThat(outcomes(id)).containsExactly(Outcome.COMPLETED);
  }

  @Test
  void signalsOfManyJobsReachEachItsOwn() {
    work((order, context) -> of(context).await(PAYMENT, "", Duration.ofDays(1)).orElseThrow());
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add(submit());
    }
    for (UUID id : ids) {
      send(id, id.toString());
    }
    for (UUID id : ids) {
      completed(id);
      assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
          .contains(new Receipt(id.toString()));
    }
  }

  @Test
  void aSleepEndsByTheClockOfTheDatabase() {
    AtomicInteger starts = new AtomicInteger();
    work(
        (order, context) -> {
          starts.incrementAndGet();
          of(context).sleep(NAP, "", Duration.ofMillis(300));
          Optional<Receipt> none = of(context).await(PAYMENT, "", Duration.ofMillis(300));
          return new Receipt(none.map(Receipt::text).orElse("none"));
        });
    UUID id = submit();
    completed(id);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result()).contains(new Receipt("none"));
    assertThat(outcomes(id))
        .containsExactly(Outcome.SUSPENDED, Outcome.SUSPENDED, Outcome.COMPLETED);
    assertThat(starts).hasValue(3);
  }

  @Test
  void aHandlerThatSwallowsTheErrorIsSuspendedAllTheSame() {
    work(
        (order, context) -> {
          try {
            return of(context).await(PAYMENT, "", null).orElseThrow();
          } catch (JobSuspendedError e) {
            assertThatExceptionOfType(JobSuspendedError.class)
                .isThrownBy(() -> of(context).run(CHARGE, "", step -> new Receipt("no")));
            return new Receipt("dropped");
          }
        });
    UUID id = submit();
    awaitSuspended(id);
    send(id, "paid");
    completed(id);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result()).contains(new Receipt("paid"));
  }

  @Test
  void aWaitingJobCountsTowardsNoLimit() {
    workers.add(
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    ALONE,
                    steps(ALONE.type()),
                    (order, context) ->
                        order.name().equals("waits")
                            ? context
                                .steps(steps(ALONE.type()))
                                .await(PAYMENT, "", null)
                                .orElseThrow()
                            : new Receipt("quick"))));
    UUID waits = jobs.submit(ALONE, new Order("waits", 1), SubmitOptions.by("t")).jobId();
    awaitSuspended(waits);
    UUID quick = jobs.submit(ALONE, new Order("quick", 1), SubmitOptions.by("t")).jobId();
    completed(quick);
    send(waits, "paid");
    completed(waits);
  }

  @Test
  void aWaitingJobCanBeCancelled() {
    work((order, context) -> of(context).await(PAYMENT, "", null).orElseThrow());
    UUID id = submit();
    awaitSuspended(id);
    JobService.CancelResult unused = jobs.cancel(id, Actor.of("tester", "enough"));
    Fixture.awaitStatus(jobs, id, JobStatus.CANCELLED);
  }

  @Test
  void aTransactionalStepCommitsItsRowsWithItsRecord() throws SQLException {
    AtomicBoolean fails = new AtomicBoolean(true);
    work(
        (order, context) -> {
          of(context)
              .<Void, SQLException>runInTransaction(
                  RESERVE,
                  "",
                  (step, transaction) -> {
                    insert(transaction, context.jobId());
                    if (fails.getAndSet(false)) {
                      throw new SQLException("after the insert");
                    }
                    return null;
                  });
          if (context.attempt() == 2) {
            throw new IOException("after the commit");
          }
          return new Receipt("reserved");
        });
    UUID id = submit();
    assertThat(completed(id).attempts()).isEqualTo(3);
    assertThat(count("SELECT count(*) FROM public.reservations WHERE job_id = ?", id)).isOne();
  }

  static void insert(Connection transaction, UUID jobId) throws SQLException {
    try (PreparedStatement statement =
        transaction.prepareStatement("INSERT INTO public.reservations VALUES (?)")) {
      statement.setObject(1, jobId);
      statement.executeUpdate();
    }
  }

  @Test
  void aFailureOfAStepWithItsOwnAttemptsIsNotCounted() {
    StepDefinition<Receipt> stubborn =
        CHARGE.withRetryPolicy(RetryPolicy.of(5, Duration.ofMillis(20)));
    AtomicInteger runs = new AtomicInteger();
    work(
        (order, context) ->
            of(context)
                .run(
                    stubborn,
                    "",
                    step -> {
                      if (runs.incrementAndGet() < 4) {
                        throw new IOException("offline");
                      }
                      return new Receipt("at last");
                    }));
    UUID id = submit();
    assertThat(completed(id).attempts()).isEqualTo(1);
    assertThat(outcomes(id))
        .containsExactly(Outcome.RELEASED, Outcome.RELEASED, Outcome.RELEASED, Outcome.COMPLETED);
    assertThat(jobs.attempts(id).get(0).error().orElseThrow().message()).contains("offline");
  }

  @Test
  void theLastFailureOfAStepFailsTheJob() {
    StepDefinition<Receipt> stubborn =
        CHARGE.withRetryPolicy(RetryPolicy.of(2, Duration.ofMillis(20)));
    AtomicInteger runs = new AtomicInteger();
    work(
        (order, context) -> {
          try {
            return of(context)
                .<Receipt, IOException>run(
                    stubborn,
                    "",
                    step -> {
                      runs.incrementAndGet();
                      throw new IOException("offline");
                    });
          } catch (IOException e) {
            return new Receipt("swallowed");
          }
        });
    UUID id = submit();
    Fixture.awaitStatus(jobs, id, JobStatus.FAILED);
    assertThat(runs).hasValue(2);
    assertThat(outcomes(id)).containsExactly(Outcome.RELEASED, Outcome.FAILED);
  }

  @Test
  void aPersonDecidesWhatBecameOfAStep() throws SQLException {
    StepDefinition<Receipt> once = CHARGE.notRepeatable();
    AtomicInteger runs = new AtomicInteger();
    work(
        (order, context) ->
            of(context)
                .<Receipt, Exception>runOnce(
                    once,
                    "",
                    step -> {
                      runs.incrementAndGet();
                      throw new IOException("no answer");
                    },
                    step -> Resolution.askPerson("Was it charged?")));
    UUID id = submit();
    awaitSuspended(id);
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    jobs.steps().markDone(id, "charge", "", "{\"text\":\"by hand\"}", Actor.of("eve", "asked"));
    completed(id);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
        .contains(new Receipt("by hand"));
    assertThat(runs).hasValue(1);
  }

  @Test
  void aWorkerThatStopsGivesTheJobToAnotherAtItsCursor() {
    CountDownLatch isStopping = new CountDownLatch(1);
    AtomicReference<String> first = new AtomicReference<>();
    JobHandler<Order, Receipt> handler =
        (order, context) -> {
          Optional<Receipt> cursor = of(context).cursor(RECEIPT);
          if (cursor.isPresent()) {
            return new Receipt("from " + cursor.get().text());
          }
          for (int i = 1; ; i++) {
            if (i == 100) {
              isStopping.countDown();
            }
            first.set(Integer.toString(i));
            of(context).saveCursor(RECEIPT, new Receipt(Integer.toString(i)));
            Thread.onSpinWait();
          }
        };
    JobWorker worker =
        work(handler, WorkerOptions.defaults().withGracePeriod(Duration.ofMinutes(10)));
    UUID id = submit();
    await().atMost(Fixture.PATIENCE).until(() -> isStopping.getCount() == 0);
    worker.close();
    assertThat(jobs.get(id).status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
    work(handler);
    assertThat(completed(id).attempts()).isEqualTo(1);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
        .contains(new Receipt("from " + first.get()));
    assertThat(outcomes(id)).containsExactly(Outcome.RELEASED, Outcome.COMPLETED);
  }

  @Test
  void theCursorIsSavedBeforeAFailure() {
    work(
        (order, context) -> {
          int from =
              of(context).cursor(RECEIPT).map(each -> Integer.parseInt(each.text())).orElse(0);
          for (int i = from; i < 300; i++) {
            if (i == 100 && context.attempt() == 1) {
              throw new IOException("at 100");
            }
            of(context).saveCursor(RECEIPT, new Receipt(Integer.toString(i + 1)));
          }
          return new Receipt("from " + from);
        });
    UUID id = submit();
    completed(id);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
        .contains(new Receipt("from 100"));
  }

  @Test
  void recordsOfConcurrentJobsShareCommits() {
    int count = 30;
    CountDownLatch all = new CountDownLatch(count);
    work(
        (order, context) -> {
          Receipt receipt =
              of(context)
                  .run(
                      CHARGE,
                      "",
                      step -> {
                        all.countDown();
                        assertThat(all.await(60, SECONDS)).isTrue();
                        return new Receipt("together");
                      });
          return receipt;
        },
        WorkerOptions.defaults().withConcurrency(count));
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(submit());
    }
    ids.forEach(this::completed);
    long transactions = ids.stream().map(id -> recordedBy(id)).distinct().count();
    assertThat(transactions).isLessThan(count);
  }

  /** The transaction that has written the record. */
  private String recordedBy(UUID id) {
    try {
      return Long.toString(
          count("SELECT xmin::text::bigint FROM tenon.job_steps WHERE job_id = ?", id));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
