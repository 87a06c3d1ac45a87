package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobsHealth.Check;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.FoundHealth.FoundCheck;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A paused type over all workers of several processes, with RabbitMQ and without. */
@Tag("servers")
class PausesTest {

  private static final String TYPE = TestJobs.QUIET.type();

  /** Ten times the second within which a pause ends. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private Fixture fixture = Fixture.withoutRabbit();
  private JobService jobs;
  private final AtomicInteger handled = new AtomicInteger();
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  private void open(boolean rabbit) {
    if (rabbit) {
      fixture.close();
      fixture = Fixture.withRabbit();
    }
    jobs = fixture.start().jobs();
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  private void startWorkers(int concurrency) {
    for (int i = 0; i < 2; i++) {
      fixture
          .start()
          .startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.QUIET,
                      (order, context) -> {
                        handled.incrementAndGet();
                        return null;
                      })
                  .with(TestJobs.ORDER, (order, context) -> new Receipt("done"))
                  .with(
                      TestJobs.LONG,
                      (order, context) -> {
                        mayEnd.await();
                        return new Receipt("done");
                      }),
              WorkerOptions.defaults().withConcurrency(concurrency));
    }
  }

  private List<UUID> submit(int count) {
    return jobs
        .submitAll(
            TestJobs.QUIET, Collections.nCopies(count, new Order("x", 1)), SubmitOptions.by("t"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void awaitCompleted(int count) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                jobs.count(JobQuery.all().withType(TestJobs.QUIET).withStatus(JobStatus.COMPLETED)),
            completed -> completed == count);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPausedTypeIsNotStartedByAnyWorkerUntilItIsResumed(boolean rabbit) throws Exception {
    open(rabbit);
    startWorkers(4);
    submit(10);
    awaitCompleted(10);

    JobTypeState paused = jobs.types().pause(TYPE, Actor.of("ops", "the printer is on fire"));
    assertThat(paused.isPaused()).isTrue();
    assertThat(paused.pause().orElseThrow().by()).isEqualTo("ops");
    assertThat(paused.pause().orElseThrow().reason()).isEqualTo("the printer is on fire");
    List<UUID> waiting = submit(50);
    // Jobs of other types that were submitted later overtake them
    UUID other = jobs.submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("t")).jobId();
    Fixture.awaitStatus(jobs, other, JobStatus.COMPLETED);
    Fixture.awaitStatus(
        jobs,
        jobs.submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("t")).jobId(),
        JobStatus.COMPLETED);
    assertThat(handled).hasValue(10);
    assertThat(waiting)
        .extracting(id -> jobs.get(id).status())
        .doesNotContain(JobStatus.RUNNING, JobStatus.COMPLETED);
    assertThat(waiting).extracting(id -> jobs.get(id).attempts()).containsOnly(0);

    // A second pause changes nothing, and the first ends with one resume
    assertThat(jobs.types().pause(TYPE, Actor.of("somebody", "else")).pause())
        .isEqualTo(paused.pause());
    assertThat(jobs.types().resume(TYPE, Actor.of("ops")).isPaused()).isFalse();
    awaitCompleted(60);
    assertThat(jobs.types().resume(TYPE, Actor.of("ops")).isPaused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runningJobsContinue(boolean rabbit) {
    open(rabbit);
    startWorkers(4);
    UUID running = jobs.submit(TestJobs.LONG, new Order("l", 1), SubmitOptions.by("t")).jobId();
    Fixture.awaitStatus(jobs, running, JobStatus.RUNNING);
    jobs.types().pause(TestJobs.LONG.type(), Actor.of("ops", "enough of them"));
    mayEnd.countDown();
    Fixture.awaitStatus(jobs, running, JobStatus.COMPLETED);
  }

  @Tag("thorough")
  @Test
  void aBacklogOfAPausedTypeStaysInItsQueue() throws Exception {
    open(true);
    int backlog = 10_000;
    List<UUID> ids = submit(backlog);
    Fixture.awaitStatus(jobs, ids.get(backlog - 1), JobStatus.QUEUED);
    String queue = TestJobs.QUIET.routingKey();
    long before = fixture.host().ready(queue);
    jobs.types().pause(TYPE, Actor.of("ops", "not now"));
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      startWorkers(4);
      // Both workers have seen what there is for them
      for (int i = 0; i < 20; i++) {
        UUID other = jobs.submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("t")).jobId();
        Fixture.awaitStatus(jobs, other, JobStatus.COMPLETED);
      }
      await()
          .atMost(Fixture.PATIENCE)
          .until(
              () ->
                  log.lines().stream()
                          .filter(
                              line ->
                                  line.endsWith(
                                      "starts no jobs of '"
                                          + TYPE
                                          + "': paused by an operator, until they are resumed."))
                          .count()
                      == 2);
      assertThat(log.lines()).noneMatch(line -> line.contains("does not know the type"));
    }
    assertThat(handled).hasValue(0);
    try (Connection connection = fixture.database().connect()) {
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      int parked = sql.fetchCount(DSL.table("tenon.jobs"), DSL.condition("parked_at IS NOT NULL"));
      assertThat(parked).isLessThan(backlog / 10);
    }
    await().atMost(Fixture.PATIENCE).until(() -> fixture.host().ready(queue) >= before * 9 / 10);
    jobs.types().resume(TYPE, Actor.of("ops"));
    await().atMost(Fixture.PATIENCE).until(() -> handled.get() >= backlog);
  }

  @Tag("thorough")
  @Test
  void aPauseWhileWorkersAreInTheMiddleOfABacklogLeavesTheRestInTheQueue() throws Exception {
    open(true);
    startWorkers(1);
    jobs.types().pause(TestJobs.LONG.type(), Actor.of("ops", "to find out what it costs"));
    List<UUID> ids =
        jobs
            .submitAll(
                TestJobs.LONG,
                Collections.nCopies(10_000, new Order("x", 1)),
                SubmitOptions.by("t"))
            .stream()
            .map(Submitted::jobId)
            .toList();
    String queue = TestJobs.LONG.routingKey();
    try (Connection connection = fixture.database().connect()) {
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      Fixture.awaitStatus(jobs, ids.get(9_999), JobStatus.QUEUED);
      await()
          .atMost(Fixture.PATIENCE)
          .until(
              () -> fixture.host().queues().get(queue),
              depth -> depth.unacknowledged() == 0 && depth.ready() > 0);
      int parked = sql.fetchCount(DSL.table("tenon.jobs"), DSL.condition("parked_at IS NOT NULL"));
      assertThat(parked).isLessThan(5_000);
    }
    jobs.types().resume(TestJobs.LONG.type(), Actor.of("ops"));
    await()
        .atMost(SOON)
        .until(
            () -> jobs.count(JobQuery.all().withStatus(JobStatus.RUNNING)),
            running -> running == 2);
  }

  @Test
  void healthShowsAPauseAndIsNotRedBecauseOfIt() throws Exception {
    JobsRuntime runtime =
        fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(100)));
    jobs = runtime.jobs();
    jobs.types().pause(TYPE, Actor.of("ops", "not now"));
    submit(1);
    try (Connection connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES)
          .execute("UPDATE by_test.jobs SET run_at = now() - interval '1 day'");
    }
    assertThat(runtime.health().checks())
        .contains(new FoundCheck("due jobs", true, "none waits for a worker"))
        .anySatisfy(
            check -> {
              assertThat(check.name()).isEqualTo("paused types");
              assertThat(check.isHealthy()).isTrue();
              assertThat(check.message()).matches("'test.order.note' for \\d+ s by ops: not now");
            });
    assertThat(runtime.health().checks())
        .filteredOn(check -> check.name().equals("types"))
        .allMatch(Check::isHealthy);
    jobs.types().resume(TYPE, Actor.of("ops"));
    assertThat(runtime.health().checks()).noneMatch(check -> check.name().equals("paused types"));
  }

  @Test
  void aTypeThatNobodyDeclaresCannotBePaused() {
    open(false);
    assertThatThrownBy(() -> jobs.types().pause("test.nothing", Actor.of("ops", "x")))
        .isInstanceOf(JobTypeNotFoundException.class)
        .hasMessage(
            "There is no job type 'test.nothing'. A type exists once a process that declares it has been started. There are 'test.order.forget', 'test.order.hurry',"
                + " 'test.order.neighbour', 'test.order.note', 'test.order.place' and others.");
    assertThat(jobs.types().find("test.nothing")).isEmpty();
    assertThat(jobs.types().get(TYPE).isPaused()).isFalse();
  }
}
