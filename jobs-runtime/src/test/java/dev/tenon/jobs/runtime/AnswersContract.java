package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAwaitTimeoutException;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobNotCompletedException;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Jobs that one process submits and awaits, and another one runs; with RabbitMQ and without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AnswersContract {

  private static final SubmitOptions BY = SubmitOptions.by("t");

  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> orders;
  private TypedJobs<Order, Void> quiet;
  private final CountDownLatch released = new CountDownLatch(1);

  abstract Fixture fixture();

  @BeforeAll
  void start() {
    fixture = fixture();
    jobs = fixture.start().jobs();
    orders = new TypedJobs<>(TestJobs.ORDER, jobs, jobs);
    quiet = new TypedJobs<>(TestJobs.QUIET, jobs, jobs);
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(TestJobs.ORDER, (order, context) -> handle(order))
                .with(TestJobs.QUIET, (order, context) -> null),
            WorkerOptions.defaults().withConcurrency(8));
  }

  private Receipt handle(Order order) throws InterruptedException {
    if (order.name().equals("wrong")) {
      throw new PermanentJobException("no such article");
    } else if (order.name().equals("held")) {
      released.await();
    }
    return new Receipt(order.name());
  }

  @AfterAll
  void stop() {
    released.countDown();
    fixture.close();
  }

  @Test
  void theResultIsReturned() throws InterruptedException {
    assertThat(orders.submitAndAwait(new Order("one", 1), BY, Fixture.PATIENCE))
        .isEqualTo(new Receipt("one"));
    assertThat(quiet.submitAndAwait(new Order("one", 1), BY, Fixture.PATIENCE)).isNull();
  }

  @Test
  void aJobThatEndedBeforeIsFoundImmediately() throws Exception {
    UUID id = orders.submit(new Order("before", 1), BY).jobId();
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    TypedJob<Order, Receipt> ended = get(orders.ended(id).toCompletableFuture());
    assertThat(ended.job().status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(ended.payload()).isEqualTo(new Order("before", 1));
    assertThat(get(orders.result(id).toCompletableFuture())).isEqualTo(new Receipt("before"));
    assertThat(get(jobs.ended(id).toCompletableFuture()).id()).isEqualTo(id);
  }

  @Test
  void aFailureHasTheErrorOfTheJob() {
    JobNotCompletedException thrown =
        catchThrowableOfType(
            JobNotCompletedException.class,
            () -> orders.submitAndAwait(new Order("wrong", 1), BY, Fixture.PATIENCE));
    assertThat(thrown.status()).isEqualTo(JobStatus.FAILED);
    assertThat(thrown.error().orElseThrow().reason()).isEqualTo(JobError.Reason.EXCEPTION);
    assertThat(thrown)
        .hasMessage(
            "Job %s of type 'test.order.place' has no result: it has failed with %s: no such article",
            thrown.jobId().orElseThrow(), PermanentJobException.class.getName());
  }

  @Test
  void aCancelledJobHasNoResult() {
    UUID id = orders.submit(new Order("later", 1), BY.withDelay(Duration.ofHours(1))).jobId();
    CompletableFuture<Receipt> result = orders.result(id).toCompletableFuture();
    jobs.cancel(id, Actor.of("t"));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> get(result))
        .havingCause()
        .isInstanceOf(JobNotCompletedException.class)
        .withMessage(
            "Job %s of type 'test.order.place' has no result: it was cancelled.".formatted(id));
  }

  @Test
  void aJobThatTakesTooLongGoesOn() throws Exception {
    JobAwaitTimeoutException thrown =
        catchThrowableOfType(
            JobAwaitTimeoutException.class,
            () -> orders.submitAndAwait(new Order("held", 1), BY, Duration.ofMillis(50)));
    UUID id = thrown.jobId().orElseThrow();
    assertThat(thrown)
        .hasMessage(
            "Job %s of type 'test.order.place' has not ended within PT0.05S. It continues: await it again with result(jobId), or cancel it.",
            id);
    released.countDown();
    assertThat(get(orders.result(id).toCompletableFuture())).isEqualTo(new Receipt("held"));
  }

  @Test
  void whatDoesNotExistIsNotAwaited() {
    UUID unknown = UUID.randomUUID();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> get(orders.result(unknown).toCompletableFuture()))
        .havingCause()
        .isInstanceOf(JobNotFoundException.class)
        .withMessageContaining(unknown.toString());
    UUID other = quiet.submit(new Order("x", 1), BY).jobId();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> get(orders.result(other).toCompletableFuture()))
        .havingCause()
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aSubmitInATransactionCannotBeAwaited() throws SQLException {
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      TypedJobs<Order, Receipt> bound = new TypedJobs<>(TestJobs.ORDER, jobs, jobs.in(connection));
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> bound.submitAndAwait(new Order("x", 1), BY, Fixture.PATIENCE))
          .withMessage(
              "A job of type 'test.order.place' was to be submitted in a transaction and awaited, but it cannot start before the commit. Submit it in the transaction, and call result(jobId) after the commit.");
      connection.rollback();
    }
  }

  @Test
  void aThousandWaitsAllGetTheirAnswersAndLeaveNoNotes() throws Exception {
    List<CompletableFuture<Receipt>> results = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      UUID id = orders.submit(new Order("n" + i, 1), BY).jobId();
      results.add(orders.result(id).toCompletableFuture());
    }
    for (int i = 0; i < results.size(); i++) {
      assertThat(get(results.get(i))).isEqualTo(new Receipt("n" + i));
    }
    CompletableFuture<Receipt> givenUp =
        orders
            .result(orders.submit(new Order("x", 1), BY.withDelay(Duration.ofHours(1))).jobId())
            .toCompletableFuture();
    await("the wait is noted").until(() -> notes() == 1);
    givenUp.cancel(false);
    await("no job is awaited").until(() -> notes() == 0);
  }

  private long notes() throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM tenon.awaited_jobs")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void closingTheRuntimeEndsTheWaits() {
    JobsRuntime runtime = fixture.start();
    UUID id = orders.submit(new Order("x", 1), BY.withDelay(Duration.ofHours(1))).jobId();
    CompletableFuture<?> wait = runtime.jobs().ended(id).toCompletableFuture();
    runtime.close();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> get(wait))
        .havingCause()
        .isInstanceOf(JobsException.class)
        .withMessage(
            "The runtime was closed while job %s was awaited. The job continues; another process, or this one after its next start, can await it."
                .formatted(id));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> get(runtime.jobs().ended(id).toCompletableFuture()))
        .havingCause()
        .withMessage("Job %s cannot be awaited, because the runtime is closed.".formatted(id));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(Fixture.PATIENCE.toSeconds(), SECONDS);
  }
}
