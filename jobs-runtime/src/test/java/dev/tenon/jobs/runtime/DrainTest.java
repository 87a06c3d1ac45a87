package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.WorkerQuery;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a worker ends its work before its process stops: drained first, or with a grace per type. */
class DrainTest {

  private static final Order ORDER = new Order("lamp", 1);

  private final Fixture fixture = Fixture.withoutRabbit();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private JobsRuntime runtime;

  @BeforeEach
  void open() {
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(200)));
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  /** A worker whose jobs last until the test lets them end, or they are asked to stop. */
  private JobWorker work(WorkerOptions options) {
    return runtime.startWorker(
        TestJobs.handlers()
            .with(TestJobs.ORDER, (order, context) -> whenAllowed(mayEnd))
            .with(TestJobs.LONG, (order, context) -> whenAllowed(mayEnd)),
        options);
  }

  private static Receipt whenAllowed(CountDownLatch latch) throws InterruptedException {
    latch.await();
    return new Receipt("done");
  }

  private UUID running(JobDefinition<Order, Receipt> type) {
    UUID id = runtime.jobs().submit(type, ORDER, SubmitOptions.by("t")).jobId();
    Job unused = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.RUNNING);
    return id;
  }

  private JobMonitor.Worker state(WorkerQuery query) {
    return runtime.monitor().workers(query).get(0);
  }

  @Test
  void aWorkerSaysWhenItIsDrained() {
    JobWorker worker = work(WorkerOptions.defaults().withApplicationVersion("1.4.0"));
    UUID job = running(TestJobs.LONG);
    WorkerQuery version = WorkerQuery.all().withApplicationVersion("1.4.0");
    assertThat(state(version).id()).isEqualTo(worker.id());
    assertThat(state(version).applicationVersion()).contains("1.4.0");
    assertThat(runtime.monitor().workers(WorkerQuery.all().withApplicationVersion("1.5.0")))
        .isEmpty();

    assertThat(runtime.monitor().quietWorker(worker.id(), Actor.of("ann", "version 1.5.0")))
        .isTrue();

    // It has heard of it once a heartbeat has come after that, and its job still runs
    var quieted = state(version).quietedAt().orElseThrow();
    await().until(() -> state(version).heartbeatAt().isAfter(quieted.plusMillis(600)));
    assertThat(state(version).isDrained()).isFalse();
    assertThat(runtime.jobs().get(job).status()).isEqualTo(JobStatus.RUNNING);

    mayEnd.countDown();

    await().until(() -> state(version).isDrained());
    assertThat(runtime.jobs().get(job).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(runtime.jobs().get(job).attempts()).isEqualTo(1);
    assertThat(runtime.monitor().resumeWorker(worker.id(), Actor.of("ann"))).isTrue();
    assertThat(state(version).isDrained()).isFalse();
  }

  @Test
  void eachTypeHasItsOwnGrace() throws Exception {
    JobWorker worker =
        work(
            WorkerOptions.defaults()
                .withGracePeriod(Duration.ZERO)
                .withGracePeriod(TestJobs.LONG.type(), Duration.ofMinutes(2)));
    UUID brief = running(TestJobs.ORDER);
    UUID lasting = running(TestJobs.LONG);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(worker::close);

    // It is handed back at once, and costs no attempt
    Job back = Fixture.awaitStatus(runtime.jobs(), brief, JobStatus.PENDING);
    assertThat(back.attempts()).isZero();
    assertThat(runtime.jobs().get(lasting).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(closed).isNotDone();

    mayEnd.countDown();

    closed.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Job ended = runtime.jobs().get(lasting);
    assertThat(ended.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(ended.attempts()).isEqualTo(1);
  }

  @Test
  void whileTheOldWorkerFinishesTheNewOneTakesWhatItHandsBack() throws Exception {
    JobWorker old =
        work(
            WorkerOptions.defaults()
                .withGracePeriod(Duration.ZERO)
                .withGracePeriod(TestJobs.LONG.type(), Duration.ofMinutes(2)));
    UUID brief = running(TestJobs.ORDER);
    UUID lasting = running(TestJobs.LONG);
    JobWorker other =
        runtime.startWorker(
            TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("new")));

    CompletableFuture<Void> closed = CompletableFuture.runAsync(old::close);

    Job job = Fixture.awaitStatus(runtime.jobs(), brief, JobStatus.COMPLETED);
    assertThat(job.workerId()).contains(other.id());
    assertThat(job.attempts()).isEqualTo(1);
    mayEnd.countDown();
    closed.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(runtime.jobs().get(lasting).workerId()).contains(old.id());
  }

  @Test
  void aWorkerStopsThoughTheApplicationUsesAllConnectionsOfItsPool() throws Exception {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(fixture.database().url());
      pool.setUsername(fixture.database().user());
      pool.setPassword(fixture.database().password());
      pool.setMaximumPoolSize(1);
      pool.setConnectionTimeout(Fixture.PATIENCE.multipliedBy(10).toMillis());
      JobWorker worker =
          fixture
              .start(JobsRuntime.builder().dataSource(pool).closeOnShutdown(false))
              .startWorker(
                  TestJobs.handlers().with(TestJobs.LONG, (order, context) -> whenAllowed(mayEnd)));
      UUID job = running(TestJobs.LONG);
      try (Connection only = pool.getConnection()) {
        CompletableFuture<Void> closed = CompletableFuture.runAsync(worker::close);
        await().until(() -> state(WorkerQuery.all()).quietedAt().isPresent());
        mayEnd.countDown();
        closed.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(only.isClosed()).as("the application still has it").isFalse();
      }
      assertThat(runtime.jobs().get(job).status()).isEqualTo(JobStatus.COMPLETED);
    }
  }

  @Test
  void optionsOfGraceAndVersionAreChecked() {
    WorkerOptions options = WorkerOptions.defaults();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withGracePeriod("a.b", Duration.ofSeconds(-1)))
        .withMessage("The grace period of 'a.b' is PT-1S; it must be from 0 to 365 days.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withGracePeriod(ChronoUnit.FOREVER.getDuration()))
        .withMessageEndingWith("it must be from 0 to 365 days.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withConcurrency(1_000_001))
        .withMessage("The concurrency is 1000001; it must be from 1 to 1,000,000.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withApplicationVersion("one two"))
        .withMessageStartingWith("The application version is 'one two'; it must have 1 to 100");
    WorkerOptions changed = options.withGracePeriod("a.b", Duration.ofHours(1));
    assertThat(changed.gracePeriod("a.b")).isEqualTo(Duration.ofHours(1));
    assertThat(changed.gracePeriod("c.d")).isEqualTo(Duration.ofSeconds(30));
    assertThat(changed.longestGracePeriod()).isEqualTo(Duration.ofHours(1));
    assertThat(changed).isNotEqualTo(options);
  }
}
