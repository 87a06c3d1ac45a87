package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobCancelledException;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Handlers;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.options.WorkerOptions;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The life of a job, the same whether pointers come from RabbitMQ or the table is asked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LifecycleContract {

  private static final WorkerOptions OPTIONS =
      WorkerOptions.defaults().withConcurrency(4).withGracePeriod(Duration.ofSeconds(10));

  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;
  private JobWorker worker;

  abstract Fixture fixture();

  @BeforeAll
  void start() {
    fixture = fixture();
    // By its heartbeats a worker would hear of a cancellation, too
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMinutes(1)));
    jobs = runtime.jobs();
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @AfterEach
  void stopWorker() {
    if (worker != null) {
      worker.close();
      worker = null;
    }
  }

  private void work(Handlers handlers) {
    worker = runtime.startWorker(handlers, OPTIONS);
  }

  private UUID submit(String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester")).jobId();
  }

  private Job ended(UUID id, JobStatus status) {
    return Fixture.awaitStatus(jobs, id, status);
  }

  @Test
  void aJobRunsAndItsResultLogAndProgressAreKept() {
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  context.progress(40, "half way");
                  context.log().debug("looking");
                  context.log().info("found", Map.of("count", 2, "nested", List.of("a", 1)));
                  context.log().warn("low stock");
                  context.log().error("sold out", Map.of("sku", "x\u0000y"));
                  assertThat(context.attempt()).isEqualTo(1);
                  assertThat(context.maxAttempts()).isEqualTo(3);
                  assertThat(context.type()).isEqualTo("test.order.place");
                  assertThat(context.submittedBy()).isEqualTo("tester");
                  assertThat(context.itemId()).contains("item-9");
                  assertThat(context.deadline()).isAfter(Instant.now());
                  assertThat(context.isCancelled()).isFalse();
                  context.checkCancelled();
                  return new Receipt(order.name() + " done");
                }));
    UUID id =
        jobs.submit(
                TestJobs.ORDER,
                new Order("bolts", 2),
                SubmitOptions.by("tester").withItemId("item-9"))
            .jobId();
    Job job = ended(id, JobStatus.COMPLETED);
    assertThat(job.progress()).isEqualTo(100);
    assertThat(job.error()).isEmpty();
    assertThat(job.finishedAt().orElse(null)).isAfterOrEqualTo(job.startedAt().orElse(null));
    assertThat(job.workerId()).contains(worker.id());
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
        .contains(new Receipt("bolts done"));
    assertThat(jobs.logs(id))
        .extracting(JobLogEntry::level)
        .containsExactly(JobLogLevel.DEBUG, JobLogLevel.INFO, JobLogLevel.WARN, JobLogLevel.ERROR);
    assertThat(jobs.logs(id).items().get(1).message()).isEqualTo("found");
    assertThat(jobs.logs(id).items().get(1).data().orElseThrow()).contains("\"nested\":[\"a\",1]");
    assertThat(jobs.logs(id).items().get(0).data()).isEmpty();
    List<JobAttempt> attempts = jobs.attempts(id);
    assertThat(attempts).hasSize(1);
    assertThat(attempts.get(0).outcome()).isEqualTo(JobAttempt.Outcome.COMPLETED);
    assertThat(attempts.get(0).workerId()).isEqualTo(worker.id());
  }

  @Test
  void aJobWithoutResultCompletesWithNone() {
    work(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    UUID id = jobs.submit(TestJobs.QUIET, new Order("note", 1), SubmitOptions.by("t")).jobId();
    assertThat(ended(id, JobStatus.COMPLETED).result()).isEmpty();
    assertThat(jobs.find(TestJobs.QUIET, id).orElseThrow().result()).isEmpty();
  }

  @Test
  void aFailedAttemptIsRepeatedAfterItsDelay() {
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  if (context.attempt() < 3) {
                    throw new IllegalStateException("attempt " + context.attempt());
                  }
                  return new Receipt("at last");
                }));
    UUID id = submit("flaky");
    Job job = ended(id, JobStatus.COMPLETED);
    assertThat(job.attempts()).isEqualTo(3);
    assertThat(job.error().orElse(null)).as("the last error is cleared").isNull();
    List<JobAttempt> attempts = jobs.attempts(id);
    assertThat(attempts)
        .extracting(JobAttempt::outcome)
        .containsExactly(
            JobAttempt.Outcome.FAILED, JobAttempt.Outcome.FAILED, JobAttempt.Outcome.COMPLETED);
    assertThat(attempts).extracting(JobAttempt::attempt).containsExactly(1, 2, 3);
    assertThat(attempts.get(1).error().orElseThrow().message()).contains("attempt 2");
    assertThat(attempts.get(1).error().orElseThrow().errorClass())
        .contains("java.lang.IllegalStateException");
    assertThat(attempts.get(1).stack().orElseThrow()).contains("LifecycleContract");
    assertThat(Duration.between(attempts.get(0).finishedAt(), attempts.get(1).startedAt()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
    assertThat(Duration.between(attempts.get(1).finishedAt(), attempts.get(2).startedAt()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aJobWhoseAttemptsAllFailFailsAndCanBeRetried() {
    AtomicInteger runs = new AtomicInteger();
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  if (runs.incrementAndGet() <= 3) {
                    throw new AssertionError("no luck");
                  }
                  return new Receipt("fixed");
                }));
    UUID id = submit("broken");
    Job failed = ended(id, JobStatus.FAILED);
    assertThat(failed.error().orElseThrow().errorClass()).contains("java.lang.AssertionError");
    assertThat(failed.error().orElseThrow().message()).contains("no luck");
    assertThat(failed.finishedAt()).isPresent();
    assertThat(jobs.cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.ALREADY_ENDED);

    jobs.retry(id, Actor.of("ann"));
    Job job =
        await()
            .atMost(Fixture.PATIENCE)
            .until(() -> jobs.get(id), j -> j.status() == JobStatus.COMPLETED);
    assertThat(job.error()).isEmpty();
    assertThat(jobs.attempts(id)).hasSize(4);
    assertThatThrownBy(() -> jobs.retry(id, Actor.of("ann")))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Job %s of type 'test.order.place' is completed; only a failed or a cancelled job can be retried."
                .formatted(id));
  }

  @Test
  void aStoredPayloadThatIsNoLongerValidFailsImmediately() throws Exception {
    UUID invalid = submit("soon invalid");
    UUID unreadable = submit("soon unreadable");
    try (Connection connection = fixture.database().connect()) {
      var dsl = DSL.using(connection, SQLDialect.POSTGRES);
      dsl.execute(
          "UPDATE tenon.job_data SET payload = '{\"name\":\"secret\",\"quantity\":0}' WHERE id = ?",
          invalid);
      dsl.execute(
          "UPDATE tenon.job_data SET payload = '{\"name\":\"x\",\"quantity\":\"secret\"}' WHERE id = ?",
          unreadable);
    }
    work(TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("never")));
    Job first = ended(invalid, JobStatus.FAILED);
    assertThat(first.attempts()).isEqualTo(1);
    assertThat(first.error().orElseThrow().errorClass())
        .contains("dev.tenon.jobs.InvalidPayloadException");
    assertThat(first.error().orElseThrow().message().orElseThrow())
        .contains("quantity must be at least 1");
    Job second = ended(unreadable, JobStatus.FAILED);
    assertThat(second.error().orElseThrow().message().orElseThrow())
        .contains(
            "The payload of job type 'test.order.place' cannot be read as Order: at quantity, a whole number")
        .doesNotContain("secret");
    assertThat(jobs.attempts(unreadable).get(0).stack().orElseThrow()).doesNotContain("secret");
  }

  @Test
  void aResultThatIsNotValidFailsTheAttempt() {
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> context.attempt() == 1 ? null : new Receipt(null)));
    UUID id = submit("bad result");
    Job job = ended(id, JobStatus.FAILED);
    assertThat(job.error().orElseThrow().message())
        .contains("The result of job type 'test.order.place' is not valid: text is required.");
    assertThat(jobs.attempts(id).get(0).error().orElseThrow().message())
        .contains(
            "The handler of job type 'test.order.place' returned null; its result type is Receipt. Return"
                + " a result, or declare none.");
  }

  @Test
  void aWaitingJobIsCancelledImmediatelyAndNeverRuns() {
    UUID id = submit("unwanted");
    assertThat(jobs.cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.CANCELLED);
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.CANCELLED);
    Queue<String> ran = new ConcurrentLinkedQueue<>();
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  ran.add(order.name());
                  return new Receipt("");
                }));
    ended(submit("wanted"), JobStatus.COMPLETED);
    assertThat(ran).doesNotContain("unwanted");
    assertThat(jobs.get(id).attempts()).isZero();
  }

  @Test
  void aRunningJobIsCancelledSoon() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    BlockingQueue<Throwable> left = new LinkedBlockingQueue<>();
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  started.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    assertThat(context.isCancelled()).isTrue();
                    try {
                      context.checkCancelled();
                    } catch (JobCancelledException cancelled) {
                      left.add(cancelled);
                      throw cancelled;
                    }
                  }
                  return new Receipt("");
                }));
    UUID id = submit("long");
    assertThat(started.await(30, SECONDS)).isTrue();
    // From a process that runs no worker, so that the signal has to travel
    JobsRuntime elsewhere = fixture.start(fixture.builder().maintenance(false));
    awaitBroker(elsewhere);
    long before = System.nanoTime();
    assertThat(elsewhere.jobs().cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.REQUESTED);
    Job job = ended(id, JobStatus.CANCELLED);
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    // A tenth of a second on a machine that does nothing else
    assertThat(took).isLessThan(Duration.ofSeconds(4));
    assertThat(left.poll(10, SECONDS))
        .hasMessage(
            "Job %s of type 'test.order.place' should stop: it was cancelled.".formatted(id));
    assertThat(job.result()).isEmpty();
    assertThat(job.cancelRequestedAt()).isPresent();
    assertThat(jobs.attempts(id).get(0).outcome()).isEqualTo(JobAttempt.Outcome.CANCELLED);
  }

  /** The connection to RabbitMQ, if there is one, is opened in the background. */
  private static void awaitBroker(JobsRuntime runtime) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                runtime.health().checks().stream()
                    .filter(check -> check.name().equals("rabbitmq"))
                    .allMatch(check -> check.message().equals("connected")));
  }

  @Test
  void aJobThatIsCancelledWhileItFailsIsNotRepeated() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch mayFail = new CountDownLatch(1);
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  started.countDown();
                  mayFail.await();
                  throw new IllegalStateException("fails");
                }));
    UUID id = submit("failing");
    assertThat(started.await(30, SECONDS)).isTrue();
    try (Connection connection = fixture.database().connect()) {
      // As if the request had come just before the outcome, with no time for a signal
      DSL.using(connection, SQLDialect.POSTGRES)
          .execute("UPDATE tenon.live_jobs SET cancel_requested_at = now() WHERE id = ?", id);
    }
    mayFail.countDown();
    assertThat(ended(id, JobStatus.CANCELLED).finishedAt()).isPresent();
  }

  @Test
  void anAttemptThatTakesTooLongIsRepeatedAndWhatItsThreadDoesLaterIsRefused() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch firstReturns = new CountDownLatch(1);
    work(
        TestJobs.handlers()
            .with(
                TestJobs.SHORT,
                (order, context) -> {
                  if (context.attempt() == 1) {
                    awaitIgnoringInterrupts(release);
                    context.progress(77, "too late");
                    context.log().info("too late");
                    firstReturns.countDown();
                    return new Receipt("too late");
                  }
                  return new Receipt("in time");
                }));
    UUID id = jobs.submit(TestJobs.SHORT, new Order("slow", 1), SubmitOptions.by("t")).jobId();
    Job job = ended(id, JobStatus.COMPLETED);
    release.countDown();
    assertThat(firstReturns.await(30, SECONDS)).isTrue();
    worker.close();
    assertThat(jobs.get(id)).isEqualTo(job);
    assertThat(jobs.find(TestJobs.SHORT, id).orElseThrow().result())
        .contains(new Receipt("in time"));
    assertThat(jobs.logs(id)).isEmpty();
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.TIMED_OUT, JobAttempt.Outcome.COMPLETED);
    assertThat(jobs.attempts(id).get(0).error().orElseThrow().message())
        .contains("The attempt took longer than its timeout of 300 ms.");
  }

  private static void awaitIgnoringInterrupts(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // A handler that heeds nothing, on purpose
        done = false;
      }
    }
  }

  @Test
  void aMoreUrgentJobOvertakes() throws Exception {
    CountDownLatch blockersRun = new CountDownLatch(4);
    CountDownLatch go = new CountDownLatch(1);
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (payload, context) -> {
                  if (payload.name().equals("blocker")) {
                    blockersRun.countDown();
                    go.await();
                  }
                  return new Receipt("");
                }));
    for (int i = 0; i < 4; i++) {
      submit("blocker");
    }
    assertThat(blockersRun.await(30, SECONDS)).isTrue();
    List<UUID> ids =
        List.of(
            submitWith("low", JobPriority.LOW),
            submitWith("normal", JobPriority.NORMAL),
            submitWith("critical", JobPriority.CRITICAL),
            submitWith("high", JobPriority.HIGH));
    awaitQueued(ids);
    go.countDown();
    ids.forEach(id -> ended(id, JobStatus.COMPLETED));
    // Four slots take them up at the same time; what counts is the order in which they were claimed
    assertThat(ids.stream().map(jobs::get).flatMap(job -> job.startedAt().stream()).toList())
        .satisfies(
            starts -> {
              assertThat(starts.get(2)).isBeforeOrEqualTo(starts.get(3));
              assertThat(starts.get(3)).isBeforeOrEqualTo(starts.get(1));
              assertThat(starts.get(1)).isBeforeOrEqualTo(starts.get(0));
            });
  }

  abstract void awaitQueued(List<UUID> ids);

  final JobsRuntime runtime() {
    return runtime;
  }

  final JobService jobs() {
    return jobs;
  }

  private UUID submitWith(String name, JobPriority priority) {
    return jobs.submit(
            TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("t").withPriority(priority))
        .jobId();
  }

  @Test
  void aDelayedJobRunsWhenItIsDueAndNotBefore() {
    work(TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("")));
    UUID id =
        jobs.submit(
                TestJobs.ORDER,
                new Order("later", 1),
                SubmitOptions.by("t").withDelay(Duration.ofMillis(1500)))
            .jobId();
    Job job = ended(id, JobStatus.COMPLETED);
    assertThat(job.startedAt().orElse(null)).isAfterOrEqualTo(job.runAt());
    assertThat(Duration.between(job.submittedAt(), job.runAt())).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void aJobOfATransactionRunsOnceItIsCommitted() throws Exception {
    Queue<String> ran = new ConcurrentLinkedQueue<>();
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  ran.add(order.name());
                  return new Receipt("");
                }));
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      jobs.in(connection)
          .submit(TestJobs.ORDER, new Order("rolled back", 1), SubmitOptions.by("t"));
      connection.rollback();
      UUID id =
          jobs.in(connection)
              .submit(TestJobs.ORDER, new Order("committed", 1), SubmitOptions.by("t"))
              .jobId();
      ended(submit("meanwhile"), JobStatus.COMPLETED);
      assertThat(ran).doesNotContain("committed");
      connection.commit();
      ended(id, JobStatus.COMPLETED);
    }
    assertThat(ran).doesNotContain("rolled back").containsOnlyOnce("committed");
  }

  @Test
  void aWorkerThatClosesLetsItsHandlersFinishAndGivesTheRestBack() throws Exception {
    CountDownLatch started = new CountDownLatch(2);
    CountDownLatch mayFinish = new CountDownLatch(1);
    worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      started.countDown();
                      if (order.name().equals("quick")) {
                        mayFinish.await();
                      } else {
                        new CountDownLatch(1).await();
                      }
                      return new Receipt("finished");
                    }),
            OPTIONS.withGracePeriod(Duration.ofMillis(1500)));
    UUID quick = submit("quick");
    UUID endless = submit("endless");
    assertThat(started.await(30, SECONDS)).isTrue();
    Thread closing = new Thread(worker::close);
    closing.start();
    mayFinish.countDown();
    closing.join(30_000);
    assertThat(closing.isAlive()).isFalse();
    assertThat(jobs.get(quick).status()).isEqualTo(JobStatus.COMPLETED);
    Job given = jobs.get(endless);
    assertThat(given.status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
    assertThat(given.attempts()).as("a released attempt does not count").isZero();
    assertThat(jobs.attempts(endless).get(0).outcome()).isEqualTo(JobAttempt.Outcome.RELEASED);

    work(TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("again")));
    assertThat(ended(endless, JobStatus.COMPLETED).attempts()).isEqualTo(1);
  }

  @Test
  void progressIsSeenWhileTheJobRuns() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    work(
        TestJobs.handlers()
            .with(
                TestJobs.LONG,
                (order, context) -> {
                  assertThatThrownBy(() -> context.progress(101))
                      .hasMessage("The progress is 101; it must be from 0 to 100.");
                  context.progress(10);
                  context.progress(30, "thirty");
                  context.log().info("visible");
                  seen.await();
                  return new Receipt("");
                }));
    // Its time must not be up before all of this was seen, however long that takes
    UUID id =
        jobs.submit(TestJobs.LONG, new Order("watched", 1), SubmitOptions.by("tester")).jobId();
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> {
              Job job = jobs.get(id);
              assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
              assertThat(job.progress()).isEqualTo(30);
              assertThat(job.progressMessage()).contains("thirty");
              assertThat(jobs.logs(id)).hasSize(1);
            });
    assertThat(jobs.list(JobQuery.all().withStatus(JobStatus.RUNNING)).items())
        .extracting(JobSummary::id)
        .as("%s, after %s", jobs.get(id), jobs.attempts(id))
        .containsExactly(id);
    seen.countDown();
    ended(id, JobStatus.COMPLETED);
  }

  @Test
  void exceptionsDecideWhetherAndWhenAJobIsAttemptedAgain() {
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  switch (order.name()) {
                    case "permanent" -> throw new PermanentJobException("no such customer");
                    case "no retry" ->
                        throw new UncheckedIOException(new FileNotFoundException("gone"));
                    case "later" -> {
                      if (context.attempt() == 1) {
                        throw new RetryJobException("busy", Duration.ofMillis(700), null);
                      }
                    }
                    case "snooze" -> {
                      if (jobs.attempts(context.jobId()).size() < 2) {
                        throw context.snooze(Duration.ofMillis(200));
                      }
                    }
                    default -> throw new AssertionError(order.name());
                  }
                  return new Receipt("");
                }));
    UUID permanent = submit("permanent");
    UUID noRetry = submit("no retry");
    UUID later = submit("later");
    UUID snoozed = submit("snooze");
    assertThat(ended(permanent, JobStatus.FAILED).attempts()).isEqualTo(1);
    assertThat(jobs.get(permanent).error().orElseThrow().message()).contains("no such customer");
    assertThat(ended(noRetry, JobStatus.FAILED).attempts()).isEqualTo(1);

    assertThat(ended(later, JobStatus.COMPLETED).attempts()).isEqualTo(2);
    List<JobAttempt> attempts = jobs.attempts(later);
    assertThat(Duration.between(attempts.get(0).finishedAt(), attempts.get(1).startedAt()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(700));

    assertThat(ended(snoozed, JobStatus.COMPLETED).attempts())
        .as("a snooze costs no attempt")
        .isEqualTo(1);
    assertThat(jobs.attempts(snoozed))
        .extracting(JobAttempt::outcome)
        .containsExactly(
            JobAttempt.Outcome.SNOOZED, JobAttempt.Outcome.SNOOZED, JobAttempt.Outcome.COMPLETED);
  }

  @Test
  void aFailureThatCannotBeDescribedEndsItsJobToo() {
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  throw new IllegalStateException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                      throw new UnsupportedOperationException("no message");
                    }
                  };
                }));
    Job job = ended(submit("indescribable"), JobStatus.FAILED);
    assertThat(job.error().orElseThrow().message())
        .contains("The failure cannot be described: a method of its exception throws.");
    await().atMost(Fixture.PATIENCE).until(() -> worker.runningJobs() == 0);
  }

  @Test
  void failuresOfTheSameKindHaveTheSameFingerprint() {
    work(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  if (order.name().equals("other")) {
                    throw new PermanentJobException("other place, same class");
                  }
                  throw new PermanentJobException("message of " + context.jobId());
                }));
    List<UUID> ids = List.of(submit("same"), submit("same"), submit("other"));
    ids.forEach(id -> ended(id, JobStatus.FAILED));
    List<String> fingerprints =
        ids.stream().map(id -> jobs.attempts(id).get(0).fingerprint().orElse(null)).toList();
    assertThat(fingerprints.get(0)).matches("[0-9a-f]{16}").isEqualTo(fingerprints.get(1));
  }

  @Test
  void aJobIsDeletedWhenItsRetentionHasEnded() {
    work(TestJobs.handlers().with(TestJobs.FORGOTTEN, (order, context) -> null));
    UUID id = jobs.submit(TestJobs.FORGOTTEN, new Order("x", 1), SubmitOptions.by("t")).jobId();
    UUID kept = jobs.submit(TestJobs.QUIET, new Order("x", 1), SubmitOptions.by("t")).jobId();
    jobs.cancel(kept, Actor.of("ann"));
    await().atMost(Fixture.PATIENCE).until(() -> jobs.find(id).isEmpty());
    assertThat(jobs.attempts(id)).isEmpty();
    assertThat(jobs.find(kept)).isPresent();
  }

  @Test
  void aHealthyRuntimeSaysSo() {
    work(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> {
              JobsHealth health = runtime.health();
              assertThat(health.isHealthy()).as(health.toString()).isTrue();
              assertThat(health.checks())
                  .extracting(JobsHealth.Check::name)
                  .contains("database", "maintenance: rescue", "maintenance: retention")
                  .contains("worker: " + worker.id());
            });
  }
}
