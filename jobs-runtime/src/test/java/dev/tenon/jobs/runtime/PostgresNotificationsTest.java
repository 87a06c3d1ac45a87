package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.definition.JobDefinition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One runtime submits, and the worker of another one hears of it over PostgreSQL. */
@Tag("servers")
class PostgresNotificationsTest {

  private static final int JOBS = 7;

  /** A worker that has had nothing to do for as long looks every two seconds only. */
  private static final Duration UNTIL_IT_RESTS = Duration.ofMillis(2_600);

  /** Half of what such a worker would need on average, if it heard of nothing. */
  private static final Duration BEFORE_THE_NEXT_LOOK = Duration.ofMillis(500);

  private final List<Fixture> fixtures = new ArrayList<>();
  private final BlockingQueue<Long> startedNanos = new LinkedBlockingQueue<>();

  @RegisterExtension final AfterEachCallback closing = context -> fixtures.forEach(Fixture::close);

  private Fixture opened(Fixture fixture) {
    fixtures.add(fixture);
    return fixture;
  }

  private void startWorker(Fixture fixture, JobDefinition<Order, ?> definition) {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    definition,
                    (order, context) -> {
                      startedNanos.add(System.nanoTime());
                      return null;
                    }));
  }

  /** How long jobs that come one after the other wait for their start; the median. */
  private Duration medianWait(JobService jobs, JobDefinition<Order, ?> definition)
      throws InterruptedException {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      // So that its looks come at another time after each submit
      Thread.sleep(UNTIL_IT_RESTS.plusMillis(290L * i).toMillis());
      long submitted = System.nanoTime();
      UUID unused = jobs.submit(definition, new Order("x", 1), SubmitOptions.by("t")).jobId();
      Long started = startedNanos.poll(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(started).as("start of job %d", i).isNotNull();
      waits.add(started - submitted);
    }
    Collections.sort(waits);
    return Duration.ofNanos(waits.get(JOBS / 2));
  }

  /** While nobody listens, a worker looks into the table more often. */
  private void assertStartsAreHeardOf(
      Fixture fixture, JobService jobs, JobDefinition<Order, ?> definition, int listener)
      throws Exception {
    assertThat(medianWait(jobs, definition)).isLessThan(BEFORE_THE_NEXT_LOOK);
    assertThat(listener(fixture)).as("it has listened all the time").isEqualTo(listener);
  }

  /** Waits until somebody listens over another connection than the one before. */
  private static int awaitListener(Fixture fixture, int before) {
    return await()
        .atMost(Fixture.PATIENCE)
        .until(() -> listener(fixture), pid -> pid > 0 && pid != before);
  }

  @Tag("thorough")
  @Test
  void aJobOfAnotherProcessStartsBeforeTheNextPollOfTheTable() throws Exception {
    Fixture fixture = opened(Fixture.withoutRabbit());
    startWorker(fixture, TestJobs.QUIET);
    JobService jobs = fixture.start().jobs();
    assertStartsAreHeardOf(fixture, jobs, TestJobs.QUIET, awaitListener(fixture, 0));
  }

  @Tag("thorough")
  @Test
  void aJobWithLimitsDoesSoWithRabbitMqToo() throws Exception {
    Fixture fixture = opened(Fixture.withRabbit());
    startWorker(fixture, TestJobs.LIMITED);
    JobService jobs = fixture.start().jobs();
    assertStartsAreHeardOf(fixture, jobs, TestJobs.LIMITED, awaitListener(fixture, 0));
  }

  @Test
  void aRunningJobHearsFromAnotherProcessThatItIsCancelled() throws Exception {
    Fixture fixture = opened(Fixture.withoutRabbit());
    CountDownLatch runs = new CountDownLatch(1);
    fixture
        .start(fixture.builder().heartbeatInterval(Duration.ofMinutes(1)))
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      runs.countDown();
                      new CountDownLatch(1).await();
                      return null;
                    }));
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(TestJobs.QUIET, new Order("x", 1), SubmitOptions.by("t")).jobId();
    runs.await();
    assertThat(jobs.cancel(id, Actor.of("ann"))).isEqualTo(JobService.CancelResult.REQUESTED);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> jobs.get(id).status() == JobStatus.CANCELLED);
  }

  @Test
  void aLostConnectionIsReplaced() throws Exception {
    Fixture fixture = opened(Fixture.withoutRabbit());
    startWorker(fixture, TestJobs.QUIET);
    JobService jobs = fixture.start().jobs();
    int first = awaitListener(fixture, 0);
    execute(fixture, "SELECT pg_terminate_backend(" + first + ")");
    assertStartsAreHeardOf(fixture, jobs, TestJobs.QUIET, awaitListener(fixture, first));
  }

  @Test
  void withRabbitMqTheLeaderAndProcessesWithWorkersListen() throws Exception {
    Fixture fixture = opened(Fixture.withRabbit());
    fixture.start();
    int leader = awaitListener(fixture, 0);
    JobsRuntime runtime = fixture.start();
    runAJob(runtime);
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(() -> assertThat(listeners(fixture)).hasSize(2).contains(leader));
  }

  @Test
  void withRabbitMqAndWithoutFastRescueOnlyTheLeaderListens() throws Exception {
    Fixture fixture = opened(Fixture.withRabbit());
    fixture.start(fixture.builder().fastRescue(false));
    int leader = awaitListener(fixture, 0);
    runAJob(fixture.start(fixture.builder().fastRescue(false)));
    assertThat(listeners(fixture)).containsExactly(leader);
  }

  private static void runAJob(JobsRuntime runtime) {
    runtime.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    UUID id =
        runtime.jobs().submit(TestJobs.QUIET, new Order("x", 1), SubmitOptions.by("t")).jobId();
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
  }

  private static int listener(Fixture fixture) throws Exception {
    return listeners(fixture).stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static List<Integer> listeners(Fixture fixture) throws Exception {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND application_name LIKE '%tenon-listener' AND query LIKE 'LISTEN%'")) {
      while (row.next()) {
        found.add(row.getInt(1));
      }
    }
    return found;
  }

  private static void execute(Fixture fixture, String sql) throws Exception {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
