package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.options.WorkerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits hold over all workers, and what is under them is used. */
@Tag("servers")
abstract class LimitsContract {

  private static final WorkerOptions TEN = WorkerOptions.defaults().withConcurrency(10);

  private Fixture fixture;

  abstract Fixture fixture();

  @BeforeEach
  void start() {
    fixture = fixture();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void noMoreRunAtATimeThanTheLimitAndNoFewerWhileWorkWaits() throws Exception {
    JobService jobs = startWorkers(TestJobs.LIMITED, order -> TimeUnit.MILLISECONDS.sleep(10));
    submit(jobs, TestJobs.LIMITED, "any", 300);
    awaitCompleted(jobs, TestJobs.LIMITED, 300);
    assertThat(mostAtATime("true")).isEqualTo(3);
  }

  @Test
  void aKeyHasItsOwnLimitWithinTheLimitOfAll() throws Exception {
    JobService jobs = startWorkers(TestJobs.KEYED, order -> TimeUnit.MILLISECONDS.sleep(10));
    for (String key : List.of("a", "b", "c", "d")) {
      submit(jobs, TestJobs.KEYED, key, 60);
    }
    awaitCompleted(jobs, TestJobs.KEYED, 240);
    assertThat(mostAtATime("true")).isEqualTo(6);
    assertThat(mostAtATime("limit_key = 'b'")).isEqualTo(2);
  }

  @Test
  void jobsOverALimitHoldUpNoOthers() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    JobService jobs = startWorkers(TestJobs.LIMITED, order -> release.await());
    submit(jobs, TestJobs.LIMITED, "any", 500);
    await().until(() -> count(jobs, TestJobs.LIMITED, JobStatus.RUNNING) == 3);
    submit(jobs, TestJobs.ORDER, "any", 200);
    awaitCompleted(jobs, TestJobs.ORDER, 200);
    assertThat(count(jobs, TestJobs.LIMITED, JobStatus.RUNNING)).isEqualTo(3);
    assertThat(count(jobs, TestJobs.LIMITED, JobStatus.PENDING)).isEqualTo(497);
    release.countDown();
    awaitCompleted(jobs, TestJobs.LIMITED, 500);
  }

  @Test
  void aKeyWithManyJobsDelaysOthersByARoundAtMost() throws Exception {
    JobService jobs = fixture.start().jobs();
    submit(jobs, TestJobs.KEYED, "a large customer", 1000);
    submit(jobs, TestJobs.KEYED, "small 1", 1);
    submit(jobs, TestJobs.KEYED, "small 2", 1);
    startWorkers(TestJobs.KEYED, order -> TimeUnit.MILLISECONDS.sleep(1));
    awaitCompleted(jobs, TestJobs.KEYED, 1002);
    try (StartsByTheTable starts = new StartsByTheTable(fixture.database())) {
      assertThat(starts.keysInOrder(TestJobs.KEYED).subList(0, 12)).contains("small 1", "small 2");
    }
  }

  @Test
  void noMoreStartInAWindowThanTheRateAndAllOfItIsUsed() throws Exception {
    JobService jobs = startWorkers(TestJobs.SLOW, order -> {});
    submit(jobs, TestJobs.SLOW, "any", 45);
    awaitCompleted(jobs, TestJobs.SLOW, 45);
    try (StartsByTheTable starts = new StartsByTheTable(fixture.database())) {
      starts.keepRate(TestJobs.SLOW, Rate.parse("10/s"));
    }
    List<Instant> starts =
        rows("SELECT started_at FROM tenon.jobs ORDER BY started_at", Instant.class);
    assertThat(Duration.between(starts.get(0), starts.get(44)))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(60));
  }

  /** By the rate before, the third job might start after an hour at the earliest. */
  @Test
  void aRateThatIsRaisedHoldsForWhatWaits() throws Exception {
    JobService jobs = startWorkers(TestJobs.STRICT, order -> {});
    List<Rate> twoInAnHour = List.of(Rate.parse("2/h"));
    for (JobTypeOverrides slow :
        List.of(
            JobTypeOverrides.none().withRates(twoInAnHour),
            JobTypeOverrides.none().withRatesPerKey(twoInAnHour))) {
      long before = count(jobs, TestJobs.STRICT, JobStatus.COMPLETED);
      jobs.types().override(TestJobs.STRICT.type(), slow, Actor.of("tester", "slow"));
      submit(jobs, TestJobs.STRICT, "any", 3);
      awaitCompleted(jobs, TestJobs.STRICT, Math.toIntExact(before) + 2);
      jobs.types()
          .override(TestJobs.STRICT.type(), JobTypeOverrides.none(), Actor.of("tester", "fast"));
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> count(jobs, TestJobs.STRICT, JobStatus.COMPLETED) == before + 3);
    }
  }

  @Test
  void aJobWithALimitStartsImmediatelyInTheProcessThatSubmitsIt() throws Exception {
    AtomicInteger started = new AtomicInteger();
    JobService jobs = startWorkers(TestJobs.LIMITED, order -> started.incrementAndGet());
    submit(jobs, TestJobs.LIMITED, "any", 1);
    await().atMost(Duration.ofSeconds(10)).until(() -> started.get() == 1);
  }

  /** A limit and a rate in all, and for each key. */
  @Tag("thorough")
  @Test
  void eightWorkersUnderSeveralRulesNeitherDeadlockNorCrawl() throws Exception {
    JobService jobs = startWorkers(8, TestJobs.STRICT, order -> TimeUnit.MILLISECONDS.sleep(5));
    List<String> keys = List.of("a", "b", "c", "d", "e", "f");
    long begin = System.nanoTime();
    for (String key : keys) {
      submit(jobs, TestJobs.STRICT, key, 25);
    }
    awaitCompleted(jobs, TestJobs.STRICT, 150);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    // The rates need 10 s
    assertThat(took).isLessThan(Duration.ofSeconds(55));
    try (StartsByTheTable starts = new StartsByTheTable(fixture.database())) {
      assertThat(starts.mostAtATime(TestJobs.STRICT)).isLessThanOrEqualTo(10);
      assertThat(starts.mostAtATimePerKey(TestJobs.STRICT)).isLessThanOrEqualTo(2);
      starts.keepRate(TestJobs.STRICT, Rate.parse("20/s"));
      starts.keepRate(TestJobs.STRICT, Rate.parse("60/5s"));
      starts.keepRatePerKey(TestJobs.STRICT, Rate.parse("10/s"));
      assertThat(starts.countAttempts(TestJobs.STRICT, "completed")).isEqualTo(150);
    }
  }

  /** A transaction that stays open holds the lock for which all claims of the type wait. */
  @Test
  void aTypeThatSomebodyHasLockedHoldsUpNoOthers() throws Exception {
    JobService jobs = startWorkers(TestJobs.LIMITED, order -> {});
    try (var connection = fixture.database().connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "SELECT FROM tenon.job_types WHERE type = '" + TestJobs.LIMITED.type() + "' FOR UPDATE");
      submit(jobs, TestJobs.LIMITED, "any", 3);
      for (int i = 0; i < 5; i++) {
        submit(jobs, TestJobs.ORDER, "any", 5);
        awaitCompleted(jobs, TestJobs.ORDER, 5 * (i + 1));
      }
      assertThat(count(jobs, TestJobs.LIMITED, JobStatus.PENDING)).isEqualTo(3);
    }
    awaitCompleted(jobs, TestJobs.LIMITED, 3);
  }

  /** Something that a handler does. */
  @FunctionalInterface
  private interface Handling {
    void handle(Order order) throws Exception;
  }

  private JobService startWorkers(JobDefinition<Order, Receipt> definition, Handling handling) {
    return startWorkers(3, definition, handling);
  }

  /** Some workers, each in a runtime of its own; gives the service of the first. */
  private JobService startWorkers(
      int workers, JobDefinition<Order, Receipt> definition, Handling handling) {
    List<JobsRuntime> runtimes = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      JobsRuntime runtime = fixture.start();
      runtimes.add(runtime);
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  definition,
                  (order, context) -> {
                    handling.handle(order);
                    return new Receipt("done");
                  })
              .with(TestJobs.ORDER, (order, context) -> new Receipt("done")),
          TEN);
    }
    return runtimes.get(0).jobs();
  }

  private static List<UUID> submit(
      JobService jobs, JobDefinition<Order, Receipt> definition, String name, int count) {
    return jobs
        .submitAll(
            definition, Collections.nCopies(count, new Order(name, 1)), SubmitOptions.by("tester"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private static long count(JobService jobs, JobDefinition<?, ?> definition, JobStatus status) {
    return jobs.count(JobQuery.all().withType(definition).withStatus(status));
  }

  private static void awaitCompleted(JobService jobs, JobDefinition<?, ?> definition, int count) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> count(jobs, definition, JobStatus.COMPLETED) == count);
  }

  /** How many attempts overlapped, by the table. */
  private long mostAtATime(String condition) throws Exception {
    return rows(
            """
            WITH a AS (
              SELECT a.started_at, a.finished_at FROM tenon.job_attempts a JOIN tenon.jobs j ON j.id = a.job_id
              WHERE j.limit_key IS NOT NULL AND %s)
            SELECT max((SELECT count(*) FROM a b WHERE b.started_at <= a.started_at AND b.finished_at > a.started_at))
            FROM a
            """
                .formatted(condition),
            Long.class)
        .get(0);
  }

  private <T> List<T> rows(String sql, Class<T> type) throws Exception {
    try (var connection = fixture.database().connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(
            type == Instant.class
                ? type.cast(rows.getTimestamp(1).toInstant())
                : rows.getObject(1, type));
      }
      return found;
    }
  }
}
