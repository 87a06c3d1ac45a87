package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker whose handlers are fast claims jobs before it has a slot for them. */
class ClaimAheadTest {

  private static final int JOBS = 2000;

  private final Set<UUID> started = ConcurrentHashMap.newKeySet();
  private final CountDownLatch slowRuns = new CountDownLatch(1);
  private final CountDownLatch slowMayEnd = new CountDownLatch(1);
  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;

  @BeforeEach
  void start() {
    fixture = Fixture.withoutRabbit();
    runtime = fixture.start();
    jobs = runtime.jobs();
  }

  @AfterEach
  void stop() {
    slowMayEnd.countDown();
    fixture.close();
  }

  /** Jobs that end at once; one of them goes on until it may end. */
  private List<UUID> submit(int slow) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      orders.add(new Order(i == slow ? "slow" : "fast", 1));
    }
    return jobs.submitAll(TestJobs.QUIET, orders, SubmitOptions.by("tester")).stream()
        .map(Submitted::jobId)
        .toList();
  }

  private JobWorker work(int concurrency) {
    return runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.QUIET,
                (order, context) -> {
                  started.add(context.jobId());
                  if (order.name().equals("slow")) {
                    slowRuns.countDown();
                    slowMayEnd.await();
                  }
                  return null;
                }),
        WorkerOptions.defaults()
            .withConcurrency(concurrency)
            .withGracePeriod(Duration.ofMinutes(1)));
  }

  private long count(String condition) throws Exception {
    try (Connection connection = fixture.database().connect()) {
      return DSL.using(connection, SQLDialect.POSTGRES)
          .fetchOne("SELECT " + condition + " FROM tenon.jobs")
          .get(0, Long.class);
    }
  }

  private void awaitCompleted(long jobsCompleted) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> count("count(*) FILTER (WHERE status = 'completed')") == jobsCompleted);
  }

  @Test
  void aClaimBringsMoreJobsThanThereAreSlots() throws Exception {
    submit(-1);
    work(2);
    awaitCompleted(JOBS);
    assertThat(count("count(DISTINCT started_at)")).as("claims").isLessThan(JOBS / 4);
  }

  @Test
  void whatWaitsBehindASlowHandlerGoesToOthers() throws Exception {
    List<UUID> ids = submit(JOBS / 2);
    work(1);
    assertThat(slowRuns.await(60, SECONDS)).isTrue();
    work(1);
    awaitCompleted(JOBS - 1);
    assertThat(jobs.get(ids.get(JOBS / 2)).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(count("max(attempts)")).as("what was released does not count").isEqualTo(1);
    slowMayEnd.countDown();
    awaitCompleted(JOBS);
  }

  @Test
  void whatHasNotStartedIsReleasedImmediatelyWhenTheWorkerStops() throws Exception {
    submit(JOBS / 2);
    JobWorker worker = work(1);
    assertThat(slowRuns.await(60, SECONDS)).isTrue();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(worker::close);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> count("count(*) FILTER (WHERE status = 'running')") == 1);
    assertThat(count("count(*) FILTER (WHERE status = 'pending')"))
        .isEqualTo(JOBS - started.size());
    assertThat(count("sum(attempts)")).as("attempts").isEqualTo(started.size());
    assertThat(closed).isNotDone();
    slowMayEnd.countDown();
    closed.get(60, SECONDS);
  }

  @Test
  void aJobThatIsCancelledBeforeItHasStartedNeverStarts() throws Exception {
    List<UUID> ids = submit(JOBS / 2);
    work(1);
    assertThat(slowRuns.await(60, SECONDS)).isTrue();
    UUID next = ids.stream().filter(id -> !started.contains(id)).findFirst().orElseThrow();
    jobs.cancel(next, Actor.of("ann"));
    Job cancelled =
        await()
            .atMost(Fixture.PATIENCE)
            .until(() -> jobs.get(next), job -> job.status() == JobStatus.CANCELLED);
    slowMayEnd.countDown();
    awaitCompleted(JOBS - 1);
    assertThat(started).doesNotContain(cancelled.id());
  }

  @Test
  void nothingIsClaimedAheadWithAJobThatMayEndTheProcess() throws Exception {
    List<UUID> ids = submit(JOBS / 2);
    UUID suspect = ids.get(JOBS / 2);
    execute("UPDATE by_test.jobs SET crashes = 1 WHERE id = '" + suspect + "'");
    work(1);
    assertThat(slowRuns.await(60, SECONDS)).isTrue();
    assertThat(claimed()).filteredOn(id -> !started.contains(id)).isEmpty();
    slowMayEnd.countDown();
    awaitCompleted(JOBS);
    assertThat(count("max(attempts)")).as("what was released does not count").isEqualTo(1);
  }

  /** What runs by the table. */
  private List<UUID> claimed() throws Exception {
    try (Connection connection = fixture.database().connect()) {
      return DSL.using(connection, SQLDialect.POSTGRES)
          .fetch("SELECT id FROM tenon.jobs WHERE status = 'running'")
          .getValues(0, UUID.class);
    }
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES).execute(sql);
    }
  }
}
