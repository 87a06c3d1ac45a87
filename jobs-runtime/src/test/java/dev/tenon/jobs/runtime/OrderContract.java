package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobLines;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs with the same key run one after another, as they were committed. */
@Tag("servers")
abstract class OrderContract {

  private static final WorkerOptions TEN = WorkerOptions.defaults().withConcurrency(10);

  /** A later submit with the same quantity replaces a job that waits. */
  private static final JobDefinition<Order, Receipt> MOVED =
      TestCodecs.builder("test.order.moved", Order.class, Receipt.class)
          .unique(
              UniqueRule.by("quantity", Order::quantity)
                  .withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME))
          .order(OrderRule.by("name", Order::name))
          .build();

  private static final Actor OPERATOR = Actor.of("ada", "it blocks others");

  private Fixture fixture;

  /** What has run, by key, in the order in which it ended or failed. */
  private final Map<String, List<Integer>> ran = new ConcurrentHashMap<>();

  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final AtomicInteger overlaps = new AtomicInteger();

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
  void jobsWithTheSameKeyRunOneAfterAnotherInOrderOverSeveralWorkers() {
    Random random = new Random(7);
    JobService jobs = startWorkers(3, TestJobs.ORDERED, order -> pause(random));
    Map<String, List<Integer>> expected = new HashMap<>();
    for (int i = 1; i <= 300; i++) {
      String key = "key " + random.nextInt(20);
      expected.computeIfAbsent(key, any -> new ArrayList<>()).add(i);
      submit(jobs, TestJobs.ORDERED, key, i);
    }
    awaitCompleted(jobs, TestJobs.ORDERED, 300);
    assertThat(overlaps).hasValue(0);
    assertThat(ran).isEqualTo(expected);
  }

  @Test
  void aJobThatIsRetriedHoldsBackItsFollowers() {
    Map<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();
    JobService jobs =
        startWorkers(
            2,
            TestJobs.ORDERED,
            order -> {
              int attempt =
                  attempts
                      .computeIfAbsent(order.quantity(), any -> new AtomicInteger())
                      .incrementAndGet();
              if (order.quantity() % 3 == 0 && attempt < 3) {
                throw new IllegalStateException("once more");
              }
            });
    jobs.submitAll(TestJobs.ORDERED, orders("a", 1, 12), SubmitOptions.by("tester"));
    awaitCompleted(jobs, TestJobs.ORDERED, 12);
    assertThat(overlaps).hasValue(0);
    assertThat(ran.get("a"))
        .containsExactly(1, 2, 3, 3, 3, 4, 5, 6, 6, 6, 7, 8, 9, 9, 9, 10, 11, 12, 12, 12);
  }

  @Test
  void laterJobsPassOneThatWaitsForItsNextAttemptIfThatIsDeclared() {
    AtomicInteger attempts = new AtomicInteger();
    CountDownLatch release = new CountDownLatch(1);
    JobService jobs =
        startWorkers(
            2,
            TestJobs.PASSING,
            order -> {
              if (order.quantity() == 1 && attempts.incrementAndGet() == 1) {
                throw new RetryJobException("later", Duration.ofHours(1), null);
              }
              if (order.quantity() == 5) {
                release.await();
              }
            });
    List<Submitted> ids =
        jobs.submitAll(TestJobs.PASSING, orders("a", 1, 8), SubmitOptions.by("tester"));
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> ran.getOrDefault("a", List.of()).equals(List.of(1, 2, 3, 4, 5)));
    jobs.reschedule(ids.get(0).jobId(), Instant.now(), OPERATOR);
    release.countDown();
    awaitCompleted(jobs, TestJobs.PASSING, 8);
    assertThat(overlaps).hasValue(0);
    assertThat(ran.get("a"))
        .as("when it is due, it comes before all that have not started")
        .containsExactly(1, 2, 3, 4, 5, 1, 6, 7, 8);
  }

  @Test
  void theOrderIsThatOfTheCommits() throws Exception {
    JobService jobs = startWorkers(2, TestJobs.ORDERED, order -> {});
    try (Connection first = open();
        Connection second = open()) {
      jobs.in(first).submitAll(TestJobs.ORDERED, orders("a", 1, 2), SubmitOptions.by("tester"));
      jobs.in(second).submitAll(TestJobs.ORDERED, orders("a", 11, 12), SubmitOptions.by("tester"));
      jobs.in(first).submitAll(TestJobs.ORDERED, orders("a", 3, 4), SubmitOptions.by("tester"));
      second.commit();
      // The open transaction holds up nobody
      awaitCompleted(jobs, TestJobs.ORDERED, 2);
      submit(jobs, TestJobs.ORDERED, "a", 13);
      awaitCompleted(jobs, TestJobs.ORDERED, 3);
      first.commit();
    }
    awaitCompleted(jobs, TestJobs.ORDERED, 7);
    assertThat(ran.get("a")).containsExactly(11, 12, 13, 1, 2, 3, 4);
  }

  @Test
  void aTransactionThatIsRolledBackLeavesNoGap() throws Exception {
    JobService jobs = startWorkers(1, TestJobs.ORDERED, order -> {});
    try (Connection connection = open()) {
      jobs.in(connection).submitAll(TestJobs.ORDERED, orders("a", 1, 3), SubmitOptions.by("t"));
      connection.rollback();
      var savepoint = connection.setSavepoint();
      jobs.in(connection).submitAll(TestJobs.ORDERED, orders("a", 4, 5), SubmitOptions.by("t"));
      connection.rollback(savepoint);
      jobs.in(connection).submitAll(TestJobs.ORDERED, orders("a", 6, 7), SubmitOptions.by("t"));
      connection.commit();
    }
    awaitCompleted(jobs, TestJobs.ORDERED, 2);
    assertThat(ran.get("a")).containsExactly(6, 7);
  }

  /** Transactions that overlap are begun in one order and committed in another. */
  @Test
  void manyTransactionsKeepTheOrderOfTheirCommits() throws Exception {
    JobService jobs = startWorkers(3, TestJobs.ORDERED, order -> {});
    Map<String, List<Integer>> committed = new HashMap<>();
    AtomicInteger numbers = new AtomicInteger();
    Runnable submitter =
        () -> {
          Random random = new Random();
          for (int i = 0; i < 25; i++) {
            Map<String, List<Integer>> mine = new HashMap<>();
            try (Connection connection = open()) {
              if (random.nextInt(4) == 0) {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
              }
              for (int j = 0; j < 1 + random.nextInt(4); j++) {
                String key = "key " + random.nextInt(4);
                int number = numbers.incrementAndGet();
                jobs.in(connection)
                    .submit(TestJobs.ORDERED, new Order(key, number), SubmitOptions.by("t"));
                mine.computeIfAbsent(key, any -> new ArrayList<>()).add(number);
              }
              synchronized (committed) {
                connection.commit();
                mine.forEach(
                    (key, some) ->
                        committed.computeIfAbsent(key, any -> new ArrayList<>()).addAll(some));
              }
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        };
    List<Thread> threads = IntStream.range(0, 4).mapToObj(i -> new Thread(submitter)).toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    awaitCompleted(jobs, TestJobs.ORDERED, numbers.get());
    assertThat(overlaps).hasValue(0);
    assertThat(ran).isEqualTo(committed);
  }

  @Test
  void aBlockedKeySaysSoAndAnOperatorLetsOthersPass() {
    CountDownLatch fails = new CountDownLatch(1);
    JobService jobs =
        startWorkers(
            1,
            TestJobs.ORDERED,
            order -> {
              if (order.quantity() == 1 && fails.getCount() > 0) {
                fails.countDown();
                throw new RetryJobException("later", Duration.ofHours(1), null);
              }
            });
    List<UUID> ids =
        jobs.submitAll(TestJobs.ORDERED, orders("a", 1, 3), SubmitOptions.by("tester")).stream()
            .map(Submitted::jobId)
            .toList();
    await().until(() -> jobs.lines().blocked(TestJobs.ORDERED.type(), 10).size() == 1);
    JobLines.Blocked blocked = jobs.lines().blocked(TestJobs.ORDERED.type(), 10).get(0);
    assertThat(blocked.key()).isEqualTo("a");
    assertThat(blocked.jobId()).isEqualTo(ids.get(0));
    assertThat(blocked.waiting()).isEqualTo(2);
    assertThat(blocked.dueAt()).hasValueSatisfying(due -> assertThat(due).isAfter(Instant.now()));
    WaitReason reason = jobs.whyWaiting(ids.get(2)).orElseThrow();
    assertThat(reason.describe())
        .startsWith("It waits in the line of the jobs with the key 'a' for job " + ids.get(0))
        .contains("which is due at");
    assertThat(((WaitReason.InLine) reason).before()).isEqualTo(2);

    assertThat(jobs.lines().letPass(ids.get(0), OPERATOR)).isTrue();
    assertThat(jobs.lines().letPass(ids.get(0), OPERATOR)).isFalse();
    awaitCompleted(jobs, TestJobs.ORDERED, 2);
    assertThat(ran.get("a")).containsExactly(1, 2, 3);
    assertThat(jobs.lines().blocked(TestJobs.ORDERED.type(), 10)).isEmpty();
    assertThat(fixtureRuntime().monitor().audit().list(AuditQuery.all()).items().get(0).action())
        .isEqualTo("let jobs pass");
    jobs.reschedule(ids.get(0), Instant.now(), OPERATOR);
    awaitCompleted(jobs, TestJobs.ORDERED, 3);
    assertThatThrownBy(() -> jobs.lines().letPass(ids.get(0), OPERATOR))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("no other jobs wait for it in a line");
  }

  @Test
  void theNextJobStartsWhenTheFirstIsCancelledAndARetriedOneGoesToTheEnd() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    JobService jobs =
        startWorkers(
            1,
            TestJobs.ORDERED,
            order -> {
              if (order.quantity() == 2) {
                release.await();
              }
            });
    UUID later =
        jobs.submit(
                TestJobs.ORDERED,
                new Order("a", 1),
                SubmitOptions.by("t").withDelay(Duration.ofHours(1)))
            .jobId();
    jobs.submitAll(TestJobs.ORDERED, orders("a", 2, 3), SubmitOptions.by("t"));
    assertThat(jobs.get(later).status()).isEqualTo(JobStatus.PENDING);
    jobs.cancel(later, OPERATOR);
    await().until(() -> count(jobs, TestJobs.ORDERED, JobStatus.RUNNING) == 1);
    jobs.retry(later, OPERATOR);
    release.countDown();
    awaitCompleted(jobs, TestJobs.ORDERED, 3);
    assertThat(ran.get("a")).containsExactly(2, 3, 1);
  }

  /** The row of the next job is locked when the first one ends. */
  @Test
  void aLockedJobHoldsUpItsOwnLineAlone() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    JobService jobs =
        startWorkers(
            1,
            TestJobs.ORDERED,
            order -> {
              if (order.quantity() == 1) {
                release.await();
              }
            });
    List<Submitted> ids =
        jobs.submitAll(TestJobs.ORDERED, orders("a", 1, 2), SubmitOptions.by("t"));
    await().until(() -> count(jobs, TestJobs.ORDERED, JobStatus.RUNNING) == 1);
    try (Connection connection = open();
        var statement =
            connection.prepareStatement("SELECT FROM tenon.live_jobs WHERE id = ? FOR UPDATE")) {
      statement.setObject(1, ids.get(1).jobId());
      statement.execute();
      release.countDown();
      awaitCompleted(jobs, TestJobs.ORDERED, 1);
      submit(jobs, TestJobs.ORDERED, "b", 5);
      awaitCompleted(jobs, TestJobs.ORDERED, 2);
      assertThat(jobs.get(ids.get(1).jobId()).status()).isEqualTo(JobStatus.PENDING);
      connection.rollback();
    }
    awaitCompleted(jobs, TestJobs.ORDERED, 3);
  }

  @Test
  void aJobThatIsHeldBackForTooLongIsCancelledAndTheLineGoesOn() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    JobService jobs =
        startWorkers(
            1,
            TestJobs.ORDERED,
            order -> {
              if (order.quantity() == 1) {
                release.await();
              }
            });
    submit(jobs, TestJobs.ORDERED, "a", 1);
    await().until(() -> count(jobs, TestJobs.ORDERED, JobStatus.RUNNING) == 1);
    UUID late = submitWithin(jobs, 2, Duration.ofSeconds(1));
    submit(jobs, TestJobs.ORDERED, "a", 3);
    UUID alsoLate = submitWithin(jobs, 4, Duration.ofSeconds(1));
    UUID inTime = submitWithin(jobs, 5, Duration.ofHours(1));
    assertThat(jobs.get(late).startBefore()).isPresent();
    awaitExpired(jobs, late);
    awaitExpired(jobs, alsoLate);
    assertThat(count(jobs, TestJobs.ORDERED, JobStatus.RUNNING)).isOne();
    release.countDown();
    awaitCompleted(jobs, TestJobs.ORDERED, 3);
    assertThat(ran.get("a")).containsExactly(1, 3, 5);
    assertThat(jobs.get(inTime).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aJobThatHoldsBackOthersIsCancelledWhenItIsTooLateForIt() {
    JobService jobs = fixtureRuntime().jobs();
    UUID late = submitWithin(jobs, 1, Duration.ofSeconds(1));
    submit(jobs, TestJobs.ORDERED, "a", 2);
    awaitExpired(jobs, late);
    startWorkers(1, TestJobs.ORDERED, order -> {});
    awaitCompleted(jobs, TestJobs.ORDERED, 1);
    assertThat(ran.get("a")).containsExactly(2);
  }

  @Test
  void lateJobsLeaveTheirLineWhileTheirTypeIsPaused() {
    JobService jobs = startWorkers(2, TestJobs.ORDERED, order -> {});
    JobTypes types = jobs.types();
    types.pause(TestJobs.ORDERED.type(), OPERATOR);
    UUID first = submitWithin(jobs, 1, Duration.ofSeconds(1));
    submit(jobs, TestJobs.ORDERED, "a", 2);
    UUID third = submitWithin(jobs, 3, Duration.ofSeconds(1));
    UUID fourth = submitWithin(jobs, 4, Duration.ofHours(1));
    awaitExpired(jobs, first);
    awaitExpired(jobs, third);
    assertThat(jobs.get(fourth).status()).isEqualTo(JobStatus.PENDING);
    assertThat(ran).isEmpty();
    types.resume(TestJobs.ORDERED.type(), OPERATOR);
    awaitCompleted(jobs, TestJobs.ORDERED, 2);
    assertThat(ran.get("a")).containsExactly(2, 4);
  }

  private static UUID submitWithin(JobService jobs, int quantity, Duration within) {
    return jobs.submit(
            TestJobs.ORDERED,
            new Order("a", quantity),
            SubmitOptions.by("tester").withStartWithin(within))
        .jobId();
  }

  private static void awaitExpired(JobService jobs, UUID id) {
    Job job =
        await()
            .atMost(Fixture.PATIENCE)
            .until(() -> jobs.get(id), found -> found.status().isTerminal());
    assertThat(job.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(job.error().orElseThrow().reason()).isEqualTo(JobError.Reason.EXPIRED);
    assertThat(job.attempts()).isZero();
  }

  /** Whatever makes a job of a line due asks the line. */
  @Test
  void aPausedWorkflowKeepsThePlacesOfItsJobs() {
    JobService jobs = fixtureRuntime().jobs();
    TypedJobs<Order, Receipt> ordered = new TypedJobs<>(TestJobs.ORDERED, jobs, jobs);
    Workflow workflow = Workflow.named("lined").submittedBy("tester");
    var unused = workflow.add(ordered, new Order("a", 1));
    unused = workflow.add(ordered, new Order("a", 2));
    UUID id = jobs.submit(workflow).id();
    submit(jobs, TestJobs.ORDERED, "a", 3);
    jobs.workflows().pause(id, OPERATOR);
    startWorkers(2, TestJobs.ORDERED, order -> {});
    submit(jobs, TestJobs.ORDERED, "b", 4);
    awaitCompleted(jobs, TestJobs.ORDERED, 1);
    assertThat(ran).containsOnlyKeys("b");
    jobs.workflows().resume(id, OPERATOR);
    awaitCompleted(jobs, TestJobs.ORDERED, 4);
    assertThat(ran.get("a")).containsExactly(1, 2, 3);
  }

  @Test
  void aPausedWorkflowLetsOthersPassIfThatIsDeclared() {
    CountDownLatch release = new CountDownLatch(1);
    JobService jobs =
        startWorkers(
            2,
            TestJobs.PASSING,
            order -> {
              if (order.quantity() == 0) {
                release.await();
              }
            });
    submit(jobs, TestJobs.PASSING, "a", 0);
    await().atMost(Fixture.PATIENCE).until(() -> ran.containsKey("a"));
    TypedJobs<Order, Receipt> passing = new TypedJobs<>(TestJobs.PASSING, jobs, jobs);
    Workflow workflow = Workflow.named("lined").submittedBy("tester");
    var unused = workflow.add(passing, new Order("a", 1));
    unused = workflow.add(passing, new Order("a", 2));
    UUID id = jobs.submit(workflow).id();
    jobs.workflows().pause(id, OPERATOR);
    submit(jobs, TestJobs.PASSING, "a", 3);
    release.countDown();
    awaitCompleted(jobs, TestJobs.PASSING, 2);
    assertThat(ran.get("a")).containsExactly(0, 3);
    jobs.workflows().resume(id, OPERATOR);
    awaitCompleted(jobs, TestJobs.PASSING, 4);
    assertThat(ran.get("a")).containsExactly(0, 3, 1, 2);
  }

  @Test
  void aReplacedJobKeepsItsPlaceOrGoesToTheEndOfTheOtherLine() {
    JobService jobs = fixtureRuntime().jobs();
    submit(jobs, MOVED, "a", 1);
    submit(jobs, MOVED, "a", 2);
    submit(jobs, MOVED, "a", 3);
    submit(jobs, MOVED, "b", 4);
    submit(jobs, MOVED, "b", 1);
    submit(jobs, MOVED, "a", 2);
    assertThat(jobs.count(JobQuery.all().withType(MOVED))).isEqualTo(4);
    startWorkers(2, MOVED, order -> {});
    awaitCompleted(jobs, MOVED, 4);
    assertThat(ran).isEqualTo(Map.of("a", List.of(2, 3), "b", List.of(4, 1)));
  }

  @Test
  void tasksOfAWorkflowEnterTheirLineWhenTheyCanStart() {
    JobService jobs = startWorkers(2, TestJobs.ORDERED, order -> {});
    TypedJobs<Order, Receipt> ordered = new TypedJobs<>(TestJobs.ORDERED, jobs, jobs);
    Workflow workflow = Workflow.named("lined").submittedBy("tester");
    var last = workflow.add(ordered, new Order("a", 3));
    var first = workflow.add(ordered, new Order("a", 1));
    var second = workflow.add(ordered, new Order("a", 2)).after(first);
    var unused = last.after(second);
    var submitted = jobs.submit(workflow);
    assertThat(submitted.id()).isNotNull();
    awaitCompleted(jobs, TestJobs.ORDERED, 3);
    assertThat(ran.get("a")).containsExactly(1, 2, 3);
  }

  @Test
  void thousandsOfKeysAreServedTogether() {
    JobService jobs = startWorkers(2, TestJobs.ORDERED, order -> {});
    for (int round = 1; round <= 3; round++) {
      int number = round;
      jobs.submitAll(
          TestJobs.ORDERED,
          IntStream.range(0, 2_000).mapToObj(i -> new Order("key " + i, number)).toList(),
          SubmitOptions.by("t"));
    }
    awaitCompleted(jobs, TestJobs.ORDERED, 6_000);
    assertThat(overlaps).hasValue(0);
    assertThat(ran).hasSize(2_000);
    assertThat(ran.values()).allMatch(List.of(1, 2, 3)::equals);
  }

  @Tag("thorough")
  @Test
  void aKeyOfAHundredThousandNeitherSlowsDownNorHoldsUpOthers() {
    JobService jobs = fixture.start().jobs();
    List<Submitted> ids =
        jobs.submitAll(TestJobs.ORDERED, orders("large", 1, 100_000), SubmitOptions.by("t"));
    startWorkers(1, TestJobs.ORDERED, order -> {});
    await().until(() -> ran.getOrDefault("large", List.of()).size() > 100);
    submit(jobs, TestJobs.ORDERED, "small", 1);
    await().until(() -> ran.containsKey("small"));
    WaitReason.InLine reason =
        (WaitReason.InLine) jobs.whyWaiting(ids.get(99_999).jobId()).orElseThrow();
    assertThat(reason.before()).isEqualTo(1_000);
    List<Integer> so = List.copyOf(ran.get("large"));
    assertThat(so).isEqualTo(IntStream.rangeClosed(1, so.size()).boxed().toList());
  }

  /** Something that a handler does. */
  @FunctionalInterface
  private interface Handling {
    void handle(Order order) throws Exception;
  }

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
                    run(order, handling);
                    return new Receipt("done");
                  }),
          TEN);
    }
    return runtimes.get(0).jobs();
  }

  private JobsRuntime fixtureRuntime() {
    return fixture.start();
  }

  private void run(Order order, Handling handling) throws Exception {
    AtomicInteger now = running.computeIfAbsent(order.name(), any -> new AtomicInteger());
    if (now.incrementAndGet() > 1) {
      overlaps.incrementAndGet();
    }
    try {
      ran.computeIfAbsent(
              order.name(), any -> java.util.Collections.synchronizedList(new ArrayList<>()))
          .add(order.quantity());
      handling.handle(order);
    } finally {
      now.decrementAndGet();
    }
  }

  private static void pause(Random random) throws InterruptedException {
    TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
  }

  private Connection open() throws Exception {
    Connection connection = fixture.database().connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static List<Order> orders(String name, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> new Order(name, i)).toList();
  }

  private static void submit(
      JobService jobs, JobDefinition<Order, Receipt> definition, String name, int quantity) {
    Submitted unused =
        jobs.submit(definition, new Order(name, quantity), SubmitOptions.by("tester"));
  }

  private static long count(JobService jobs, JobDefinition<?, ?> definition, JobStatus status) {
    return jobs.count(JobQuery.all().withType(definition).withStatus(status));
  }

  private static void awaitCompleted(JobService jobs, JobDefinition<?, ?> definition, int count) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> count(jobs, definition, JobStatus.COMPLETED) == count);
  }
}
