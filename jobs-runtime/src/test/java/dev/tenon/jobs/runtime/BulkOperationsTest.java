package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.operate.StoredOperation.StoredCounts;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.operate.OperationQuery;
import dev.tenon.jobs.operate.UnexpectedJobCountException;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators do to many jobs at once. */
@Tag("servers")
class BulkOperationsTest {

  private static final Actor OPS = Actor.of("ops", "the supplier is gone");

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Fixture fixture = Fixture.withoutRabbit();
  private JobService jobs;

  private void open(boolean rabbit) {
    if (rabbit) {
      fixture.close();
      fixture = Fixture.withRabbit();
    }
    jobs = start().jobs();
  }

  /** By its heartbeats a worker would hear of a cancellation, too. */
  private JobsRuntime start() {
    return fixture.start(fixture.builder().heartbeatInterval(Duration.ofMinutes(1)));
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  private static JobQuery quiet() {
    return JobQuery.all().withType(TestJobs.QUIET);
  }

  private List<UUID> submit(JobDefinition<Order, ?> definition, int count, SubmitOptions options) {
    return jobs
        .submitAll(
            definition, Collections.nCopies(count, new Order("x", 1)), options.withSubmittedBy("t"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private List<UUID> submit(int count) {
    return submit(TestJobs.QUIET, count, SubmitOptions.defaults());
  }

  private static SubmitOptions inAnHour() {
    return SubmitOptions.defaults().withDelay(Duration.ofHours(1));
  }

  private void sql(String statement) throws Exception {
    try (Connection connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES).execute(statement);
    }
  }

  private void awaitCount(JobQuery query, long count) {
    await()
        .atMost(Fixture.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> jobs.count(query), now -> now == count);
  }

  /** Workers that complete a job, or fail where the name says so. */
  private void startWorker(int concurrency) {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(TestJobs.QUIET, (order, context) -> null)
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      if (order.name().equals("odd")) {
                        throw new PermanentJobException("no such item");
                      }
                      if (order.name().equals("even")) {
                        throw other();
                      }
                      return new Receipt("done");
                    }),
            WorkerOptions.defaults().withConcurrency(concurrency));
  }

  private static IllegalStateException other() {
    throw new PermanentJobException("another failure");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingJobsAreCancelledAndRunningOnesAreNotifiedSoon(boolean rabbit) {
    open(rabbit);
    CountDownLatch started = new CountDownLatch(10);
    ConcurrentHashMap<UUID, Instant> signalled = new ConcurrentHashMap<>();
    // In another process, as far as the job service knows
    start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.LONG,
                    (order, context) -> {
                      started.countDown();
                      try {
                        mayEnd.await();
                      } catch (InterruptedException e) {
                        signalled.put(context.jobId(), Instant.now());
                        context.checkCancelled();
                      }
                      return new Receipt("done");
                    }),
            WorkerOptions.defaults().withConcurrency(10));
    List<UUID> ids = submit(TestJobs.LONG, 10_000, SubmitOptions.defaults());
    List<UUID> others = submit(5);
    awaitZero(started);
    JobQuery query = JobQuery.all().withType(TestJobs.LONG);

    Instant begin = Instant.now();
    JobOperation operation =
        jobs.bulk().cancel(query, BulkOptions.defaults().withExpectedCount(jobs.count(query)), OPS);

    long running = operation.counts().askedToStop();
    assertThat(running).as("running jobs, which were only asked to stop").isPositive();
    assertThat(operation.counts())
        .isEqualTo(new StoredCounts(10_000, 10_000 - running, running, 0, 0));
    assertThat(operation.kind()).isEqualTo(JobOperation.Kind.CANCEL);
    assertThat(operation.query()).isEqualTo("jobs of type 'test.order.long'");
    assertThat(operation.by()).isEqualTo("ops");
    assertThat(operation.reason()).isEqualTo("the supplier is gone");
    assertThat(operation.target()).isEmpty();
    assertThat(operation.error()).isEmpty();
    assertThat(operation.isEnded()).isTrue();
    assertThat(operation.beganAt()).isBefore(operation.endedAt().orElseThrow());
    assertThat(jobs.bulk().list(OperationQuery.all().withLimit(10))).containsExactly(operation);
    assertThat(jobs.bulk().find(operation.id())).contains(operation);

    awaitCount(query.withStatus(JobStatus.CANCELLED), 10_000);
    // Of those that ran when it began; a slot that became free may have taken one more
    assertThat(signalled).hasSizeGreaterThanOrEqualTo(10);
    assertThat(
            ids.stream().map(signalled::get).filter(java.util.Objects::nonNull).sorted().toList())
        .element(9)
        .satisfies(tenth -> assertThat(tenth).isBefore(begin.plusSeconds(4)));
    assertThat(others).allMatch(id -> !jobs.get(id).status().isTerminal());
    assertThat(jobs.bulk().cancel(query, OPS).counts())
        .as("once more")
        .isEqualTo(new StoredCounts(10_000, 0, 0, 10_000, 0));
  }

  private static void awaitZero(CountDownLatch latch) {
    await().atMost(Fixture.PATIENCE).until(() -> latch.getCount() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jobsThatFailedInOneWayRunAgain(boolean rabbit) throws Exception {
    open(rabbit);
    startWorker(4);
    List<UUID> odd = new ArrayList<>();
    List<UUID> even = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      odd.add(jobs.submit(TestJobs.ORDER, new Order("odd", 1), SubmitOptions.by("t")).jobId());
      even.add(jobs.submit(TestJobs.ORDER, new Order("even", 1), SubmitOptions.by("t")).jobId());
    }
    awaitCount(JobQuery.all().withStatus(JobStatus.FAILED), 40);
    submit(7);
    awaitCount(quiet().withStatus(JobStatus.COMPLETED), 7);
    String fingerprint = jobs.attempts(odd.get(0)).get(0).fingerprint().orElse(null);
    assertThat(fingerprint)
        .isNotEqualTo(jobs.attempts(even.get(0)).get(0).fingerprint().orElse(null));
    JobQuery query = JobQuery.all().withFingerprint(fingerprint);
    assertThat(jobs.count(query)).isEqualTo(20);
    assertThat(jobs.list(query).items()).allMatch(job -> odd.contains(job.id()));

    // The reason for their failure is fixed
    sql("UPDATE by_test.jobs SET payload = '{\"name\":\"x\",\"quantity\":1}'");
    JobOperation operation = jobs.bulk().retry(query, OPS);

    assertThat(operation.counts()).isEqualTo(new StoredCounts(20, 20, 0, 0, 0));
    assertThat(operation.query())
        .isEqualTo("jobs that failed with fingerprint '" + fingerprint + "'");
    odd.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    assertThat(even).allMatch(id -> jobs.get(id).status() == JobStatus.FAILED);
    assertThat(jobs.bulk().retry(JobQuery.all().withType(TestJobs.ORDER), OPS).counts())
        .as("those that have completed are passed over")
        .isEqualTo(new StoredCounts(40, 20, 0, 20, 0));
    even.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
  }

  @Test
  void jobsThatHaveEndedAreDeletedWithAllThatBelongsToThem() throws Exception {
    open(false);
    UUID waiting = submit(TestJobs.ONCE, 1, inAnHour()).get(0);
    jobs.cancel(waiting, Actor.of("ann"));
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      context.log().info("here");
                      return null;
                    }));
    List<UUID> completed = submit(30);
    awaitCount(quiet().withStatus(JobStatus.COMPLETED), 30);
    UUID delayed = submit(TestJobs.QUIET, 1, inAnHour()).get(0);
    JobOperation operation = jobs.bulk().delete(quiet(), OPS);
    assertThat(operation.counts()).isEqualTo(new StoredCounts(31, 30, 0, 1, 0));
    assertThat(completed).allMatch(id -> jobs.find(id).isEmpty());
    assertThat(completed).allMatch(id -> jobs.attempts(id).isEmpty());
    assertThat(completed).allMatch(id -> !jobs.logs(id).iterator().hasNext());
    assertThat(jobs.get(delayed).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.get(waiting).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(jobs.bulk().delete(quiet(), OPS).counts())
        .isEqualTo(new StoredCounts(1, 0, 0, 1, 0));
  }

  @Test
  void jobsThatWaitGetAnotherPriority() {
    open(true);
    List<UUID> ids = submit(3);
    ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    UUID urgent = submit(TestJobs.QUIET, 1, SubmitOptions.defaults().withItemId("vip")).get(0);
    UUID high =
        submit(TestJobs.QUIET, 1, SubmitOptions.defaults().withPriority(JobPriority.HIGH)).get(0);
    Fixture.awaitStatus(jobs, high, JobStatus.QUEUED);
    JobOperation one =
        jobs.bulk().reprioritize(JobQuery.all().withItemId("vip"), JobPriority.CRITICAL, OPS);
    assertThat(one.counts()).isEqualTo(new StoredCounts(1, 1, 0, 0, 0));
    assertThat(one.target()).contains("priority critical");
    Fixture.awaitStatus(jobs, urgent, JobStatus.QUEUED);
    List<String> bodies = fixture.host().bodies(TestJobs.QUIET.routingKey(), 2);
    assertThat(bodies.get(0)).contains(urgent.toString());
    assertThat(bodies.get(1)).contains(high.toString());
    assertThat(jobs.bulk().reprioritize(quiet(), JobPriority.HIGH, OPS).counts())
        .as("one has it already")
        .isEqualTo(new StoredCounts(5, 4, 0, 1, 0));
    assertThat(jobs.list(quiet()).items()).allMatch(job -> job.priority() == JobPriority.HIGH);
    assertThat(jobs.get(urgent).maxAttempts()).isEqualTo(1);
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jobsThatWaitGetAnotherTime(boolean rabbit) {
    open(rabbit);
    List<UUID> delayed = submit(TestJobs.QUIET, 20, inAnHour().withItemId("soon"));
    Instant later =
        Instant.now().plus(Duration.ofDays(2)).truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    JobQuery query = JobQuery.all().withItemId("later");
    List<UUID> due = submit(TestJobs.QUIET, 20, SubmitOptions.defaults().withItemId("later"));
    if (rabbit) {
      Fixture.awaitStatus(jobs, due.get(19), JobStatus.QUEUED);
    }
    assertThat(jobs.bulk().reschedule(query, later, OPS).counts())
        .isEqualTo(new StoredCounts(20, 20, 0, 0, 0));
    JobOperation again = jobs.bulk().reschedule(query, later, OPS);
    assertThat(again.counts()).isEqualTo(new StoredCounts(20, 0, 0, 20, 0));
    assertThat(again.target()).contains("due at " + later);
    // The old messages start nothing
    startWorker(4);
    jobs.bulk().reschedule(JobQuery.all().withItemId("soon"), Instant.EPOCH, OPS);
    delayed.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    assertThat(due)
        .allSatisfy(
            id -> {
              Job job = jobs.get(id);
              assertThat(job.status()).isEqualTo(JobStatus.PENDING);
              assertThat(job.runAt()).isEqualTo(later);
            });
    assertThat(jobs.bulk().reschedule(JobQuery.all().withItemId("soon"), later, OPS).counts())
        .as("jobs that have ended")
        .isEqualTo(new StoredCounts(20, 0, 0, 20, 0));
  }

  @Test
  void jobsThatWaitMoveToAnotherQueue() {
    open(true);
    List<UUID> ids = submit(20);
    ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    UUID delayed = submit(TestJobs.QUIET, 1, inAnHour()).get(0);
    JobOperation operation = jobs.bulk().move(quiet(), "jobs.elsewhere", OPS);
    assertThat(operation.counts()).isEqualTo(new StoredCounts(21, 21, 0, 0, 0));
    assertThat(operation.target()).contains("routing key 'jobs.elsewhere'");
    assertThat(jobs.bulk().move(quiet(), "jobs.elsewhere", OPS).counts())
        .isEqualTo(new StoredCounts(21, 0, 0, 21, 0));
    ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    fixture.host().purge(TestJobs.QUIET.routingKey());
    // A worker that listens to the new queue only
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestCodecs.builder(TestJobs.QUIET.type(), Order.class, Void.class)
                        .routingKey("jobs.elsewhere")
                        .build(),
                    (order, context) -> null));
    ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    assertThat(ids).allMatch(id -> jobs.get(id).attempts() == 1);
    assertThat(jobs.get(delayed).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void moreJobsThanExpectedAreLeftAlone() {
    open(false);
    submit(TestJobs.QUIET, 23, inAnHour());
    assertThatThrownBy(
            () -> jobs.bulk().cancel(quiet(), BulkOptions.defaults().withExpectedCount(20), OPS))
        .isInstanceOfSatisfying(
            UnexpectedJobCountException.class,
            e -> {
              assertThat(e.expected()).isEqualTo(20);
              assertThat(e.found()).isEqualTo(23);
            })
        .hasMessage(
            "The query matches 23 jobs, but 20 were expected, and at most a tenth more is accepted: jobs of type"
                + " 'test.order.note'. Nothing was changed. Count again with JobService.count(query),"
                + " and look at the jobs that were not there before.");
    assertThatThrownBy(
            () -> jobs.bulk().cancel(quiet(), BulkOptions.defaults().withExpectedCount(0), OPS))
        .isInstanceOf(UnexpectedJobCountException.class);
    assertThat(jobs.count(quiet().withStatus(JobStatus.PENDING))).isEqualTo(23);
    assertThat(jobs.bulk().list(OperationQuery.all().withLimit(10))).isEmpty();
    assertThat(
            jobs.bulk()
                .cancel(quiet(), BulkOptions.defaults().withExpectedCount(21), OPS)
                .counts()
                .changed())
        .isEqualTo(23);
    assertThat(
            jobs.bulk()
                .cancel(quiet(), BulkOptions.defaults().withExpectedCount(1_000), OPS)
                .counts())
        .as("fewer are accepted")
        .isEqualTo(new StoredCounts(23, 0, 0, 23, 0));
  }

  @Test
  void queriesAndTextsAreChecked() {
    open(false);
    Cursor last = Cursors.ofJob(new UUID(1, 2));
    assertThatThrownBy(() -> jobs.bulk().cancel(quiet().withCursor(last), OPS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The query asks for the page after job-00000000-0000-0001-0000-000000000002, but a bulk operation goes through all pages. Remove withCursor(…).");
    assertThatThrownBy(() -> jobs.bulk().delete(JobQuery.all().withLimit(7), OPS))
        .hasMessage(
            "The query asks for all jobs. If you mean that, confirm it with their count: options.withExpectedCount(service.count(query)).");
    assertThat(
            jobs.bulk()
                .delete(JobQuery.all(), BulkOptions.defaults().withExpectedCount(0), OPS)
                .query())
        .isEqualTo("all jobs");
    assertThatThrownBy(() -> jobs.bulk().cancel(quiet(), Actor.of("x")))
        .hasMessageStartingWith("A change of many jobs needs a reason");
    assertThatThrownBy(() -> jobs.bulk().move(quiet(), "", OPS))
        .hasMessage("routingKey has 0 bytes; it must have 1 to 255, as in RabbitMQ.");
    assertThatThrownBy(() -> jobs.bulk().move(quiet(), "é".repeat(128), OPS))
        .hasMessage("routingKey has 256 bytes; it must have 1 to 255, as in RabbitMQ.");
    assertThatThrownBy(() -> jobs.bulk().reschedule(quiet(), Instant.MAX, OPS))
        .hasMessageContaining("it must not be after 9999-12-31T00:00:00Z");
    assertThatThrownBy(() -> jobs.count(quiet().withLimitKey("\u0000")))
        .hasMessageContaining("limitKey has the character U+0000");
    assertThatThrownBy(() -> jobs.list(quiet().withFingerprint("x".repeat(1_001))))
        .hasMessageContaining("fingerprint has 1,001 bytes");
    assertThatThrownBy(() -> jobs.bulk().list(OperationQuery.all().withLimit(0)))
        .hasMessage("The limit is 0; it must be from 1 to 1000.");
    assertThatThrownBy(() -> jobs.bulk().list(OperationQuery.all().withLimit(1_001)))
        .hasMessage("The limit is 1001; it must be from 1 to 1000.");
  }

  @Test
  void recordsAreReadPageByPageTheNewestFirst() {
    open(false);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(0, jobs.bulk().cancel(quiet(), Actor.of("ops", "try " + i)).id());
    }
    assertThat(jobs.bulk().list(OperationQuery.all().withLimit(2)))
        .extracting(JobOperation::id)
        .isEqualTo(ids.subList(0, 2));
    assertThat(
            jobs.bulk()
                .list(
                    OperationQuery.all().withLimit(2).withCursor(Cursors.ofOperation(ids.get(1)))))
        .extracting(JobOperation::id)
        .isEqualTo(ids.subList(2, 4));
    assertThat(
            jobs.bulk()
                .list(
                    OperationQuery.all().withLimit(2).withCursor(Cursors.ofOperation(ids.get(4)))))
        .isEmpty();
    assertThat(jobs.bulk().find(new UUID(0, 0))).isEmpty();
  }

  @Test
  void anInterruptEndsAnOperationBetweenTwoTransactions() {
    open(false);
    submit(TestJobs.QUIET, 600, inAnHour());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> jobs.bulk().cancel(quiet(), OPS))
        .isInstanceOf(JobsException.class)
        .hasMessageContaining("has ended early, because its thread was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    JobOperation operation = jobs.bulk().list(OperationQuery.all().withLimit(1)).items().get(0);
    assertThat(operation.counts()).isEqualTo(new StoredCounts(600, 0, 0, 0, 0));
    assertThat(operation.isEnded()).isTrue();
    assertThat(operation.error()).contains("dev.tenon.jobs.JobsException");
  }

  @Test
  void whatPostgresRefusesIsSaid() throws Exception {
    open(false);
    UUID id = submit(TestJobs.QUIET, 1, inAnHour()).get(0);
    sql("ALTER TABLE tenon.job_operations RENAME TO gone");
    assertThatThrownBy(() -> jobs.bulk().cancel(quiet(), OPS))
        .isInstanceOf(JobStoreRefusedException.class)
        .hasMessageContaining(
            "The bulk operation was not started: PostgreSQL refuses the statement")
        .hasMessageContaining("Check the rights of the database user");
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void jobsAreRetriedWhileWorkersFinishThem() {
    open(true);
    AtomicBoolean isFixed = new AtomicBoolean();
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      if (!isFixed.get()) {
                        throw new PermanentJobException("not yet");
                      }
                      return null;
                    }),
            WorkerOptions.defaults().withConcurrency(8));
    submit(2_000);
    long changed = 0;
    for (int i = 0; i < 5; i++) {
      changed += jobs.bulk().retry(quiet(), OPS).counts().changed();
    }
    isFixed.set(true);
    long before = changed;
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              var unused = jobs.bulk().retry(quiet(), OPS);
              return jobs.count(quiet().withStatus(JobStatus.COMPLETED)) == 2_000;
            });
    long retried =
        jobs.bulk().list(OperationQuery.all().withLimit(1_000)).items().stream()
            .mapToLong(each -> each.counts().changed())
            .sum();
    assertThat(retried).isGreaterThanOrEqualTo(before);
    // Each retry that was counted has led to one more attempt, and no other has. Jobs that were
    // claimed ahead, and waited for too long, were released.
    long attempts =
        jobs.list(quiet().withLimit(1_000)).items().size() == 1_000 ? countAttempts() : 0;
    assertThat(attempts).isEqualTo(2_000 + retried);
  }

  private long countAttempts() {
    try (Connection connection = fixture.database().connect()) {
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      return sql.fetchOne("SELECT count(*) FROM tenon.job_attempts WHERE outcome <> 'released'")
          .get(0, Long.class);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
