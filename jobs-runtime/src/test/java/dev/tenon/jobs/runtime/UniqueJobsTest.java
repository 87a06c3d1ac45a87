package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobTypeOverrides;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** While there is a job with the same components, no other is recorded. */
@Tag("servers")
class UniqueJobsTest {

  private static final JobDefinition<Order, Void> KEPT = type("kept", rule());
  private static final JobDefinition<Order, Void> REPLACED =
      type("replaced", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD));
  private static final JobDefinition<Order, Void> MOVED =
      type("moved", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME));

  private static Fixture fixture;
  private static JobsRuntime runtime;
  private static JobService jobs;
  private static JobService otherJobs;
  private static DSLContext sql;
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  private static UniqueRule<Order> rule() {
    return UniqueRule.by("name", Order::name);
  }

  private static JobDefinition<Order, Void> type(String name, UniqueRule<Order> rule) {
    return TestCodecs.builder("test.unique." + name, Order.class, Void.class)
        .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(1)))
        .payloadValidator(
            (order, violations) -> {
              if (order.quantity() < 0) {
                violations.add("quantity", "must not be negative");
              }
            })
        .unique(rule)
        .build();
  }

  @BeforeAll
  static void start() {
    fixture = Fixture.withoutRabbit();
    runtime = fixture.start();
    jobs = runtime.jobs();
    otherJobs = fixture.start().jobs();
    sql = DSL.using(fixture.database().dataSource(), SQLDialect.POSTGRES);
  }

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
    fixture.close();
  }

  private static String newName() {
    return UUID.randomUUID().toString();
  }

  private static Submitted submit(JobDefinition<Order, Void> type, String name, int quantity) {
    return submit(type, name, quantity, SubmitOptions.defaults());
  }

  private static Submitted submit(
      JobDefinition<Order, Void> type, String name, int quantity, SubmitOptions options) {
    return jobs.submit(type, new Order(name, quantity), options.withSubmittedBy("tester"));
  }

  private static Submitted later(JobDefinition<Order, Void> type, String name, int quantity) {
    return submit(type, name, quantity, SubmitOptions.defaults().withDelay(Duration.ofHours(1)));
  }

  private static int quantity(JobDefinition<Order, Void> type, UUID id) {
    return jobs.find(type, id).orElseThrow().payload().quantity();
  }

  private static <T> List<T> atTheSameTime(List<Callable<T>> tasks) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(tasks.size());
    List<Future<T>> running = new ArrayList<>();
    for (Callable<T> task : tasks) {
      running.add(
          THREADS.submit(
              () -> {
                barrier.await();
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(each.get(60, TimeUnit.SECONDS));
    }
    return results;
  }

  /** Waits until a transaction of this database waits for another. */
  private static void awaitWaiting() {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                sql.fetchCount(
                        DSL.table("pg_stat_activity"),
                        DSL.condition("wait_event_type = 'Lock' AND datname = current_database()"))
                    == 1);
  }

  @Test
  void thirtyTwoThatSubmitAtTheSameTimeMakeOneJob() throws Exception {
    for (JobDefinition<Order, Void> type : List.of(KEPT, REPLACED, MOVED)) {
      for (int round = 0; round < 5; round++) {
        String name = newName();
        List<Callable<Submitted>> submitters = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
          JobService service = i % 2 == 0 ? jobs : otherJobs;
          int quantity = i;
          submitters.add(
              () -> service.submit(type, new Order(name, quantity), SubmitOptions.by("tester")));
        }
        List<Submitted> submitted = atTheSameTime(submitters);
        assertThat(submitted).filteredOn(Submitted::isNew).as(type.type()).hasSize(1);
        assertThat(submitted).extracting(Submitted::jobId).containsOnly(submitted.get(0).jobId());
        assertThat(
                sql.fetchValue(
                    "SELECT count(*) FROM tenon.jobs WHERE payload ->> 'name' = {0}",
                    DSL.val(name)))
            .isEqualTo(1L);
      }
    }
  }

  @Test
  void ofTheSameInOneListTheFirstMakesTheJob() {
    String one = newName();
    String two = newName();
    List<Submitted> submitted =
        jobs.submitAll(
            KEPT,
            List.of(new Order(one, 1), new Order(two, 2), new Order(one, 3), new Order(one, 4)),
            SubmitOptions.by("tester"));
    assertThat(submitted).extracting(Submitted::isNew).containsExactly(true, true, false, false);
    UUID first = submitted.get(0).jobId();
    assertThat(submitted.subList(2, 4)).extracting(Submitted::jobId).containsOnly(first);
    assertThat(quantity(KEPT, first)).isEqualTo(1);
    assertThat(
            jobs
                .submitAll(
                    KEPT, List.of(new Order(two, 5), new Order(one, 6)), SubmitOptions.by("tester"))
                .stream()
                .map(Submitted::jobId)
                .toList())
        .containsExactly(submitted.get(1).jobId(), first);
    assertThat(quantity(KEPT, first)).isEqualTo(1);
  }

  @Test
  void ofTheSameInOneListTheLastIsThePayloadWherePayloadsAreReplaced() {
    String name = newName();
    List<Submitted> submitted =
        jobs.submitAll(
            REPLACED, List.of(new Order(name, 1), new Order(name, 2)), SubmitOptions.by("tester"));
    assertThat(submitted).extracting(Submitted::isNew).containsExactly(true, false);
    UUID id = submitted.get(0).jobId();
    assertThat(submitted.get(1).jobId()).isEqualTo(id);
    assertThat(quantity(REPLACED, id)).isEqualTo(2);
    submitted =
        jobs.submitAll(
            REPLACED, List.of(new Order(name, 3), new Order(name, 4)), SubmitOptions.by("tester"));
    assertThat(submitted).containsOnly(new Submitted(id, false));
    assertThat(quantity(REPLACED, id)).isEqualTo(4);
  }

  @Test
  void listsWithTheSameKeysInAnotherOrderDoNotWaitForEachOther() throws Exception {
    for (JobDefinition<Order, Void> type : List.of(KEPT, MOVED)) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 1500; i++) {
        names.add(newName());
      }
      Map<UUID, Integer> createdBy = new HashMap<>();
      Set<UUID> all = new HashSet<>();
      for (int round = 0; round < 3; round++) {
        List<Callable<List<Submitted>>> submitters = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          List<String> mine = new ArrayList<>(names);
          Collections.shuffle(mine, new Random(round * 100L + i));
          List<Order> orders = mine.stream().limit(1300).map(name -> new Order(name, 1)).toList();
          JobService service = i % 2 == 0 ? jobs : otherJobs;
          if (i < 4) {
            submitters.add(() -> service.submitAll(type, orders, SubmitOptions.by("tester")));
          } else {
            submitters.add(() -> inTransaction(service, type, orders));
          }
        }
        for (List<Submitted> submitted : atTheSameTime(submitters)) {
          submitted.forEach(each -> all.add(each.jobId()));
          submitted.stream()
              .filter(Submitted::isNew)
              .forEach(each -> createdBy.merge(each.jobId(), 1, Integer::sum));
        }
      }
      assertThat(createdBy).hasSize(all.size());
      assertThat(createdBy.values()).containsOnly(1);
      assertThat(all.size()).isLessThanOrEqualTo(names.size());
    }
  }

  private static List<Submitted> inTransaction(
      JobService service, JobDefinition<Order, Void> type, List<Order> orders) throws Exception {
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      List<Submitted> submitted =
          service.in(connection).submitAll(type, orders, SubmitOptions.by("tester"));
      connection.commit();
      return submitted;
    }
  }

  @Test
  void aTypeWithoutComponentsMakesAJobEachTime() {
    Order order = new Order("the same", 1);
    TypedJobs<Order, TestJobs.Receipt> typed = new TypedJobs<>(TestJobs.ORDER, jobs, jobs);
    Submitted first = typed.submit(order, SubmitOptions.by("tester"));
    Submitted second = typed.submit(order, SubmitOptions.by("tester"));
    assertThat(first.isNew() && second.isNew()).isTrue();
    assertThat(first.jobId()).isNotEqualTo(second.jobId());
    assertThat(typed.submitAll(List.of(order, order), SubmitOptions.by("tester")))
        .extracting(Submitted::isNew)
        .containsExactly(true, true);
    assertThat(typed.submitAll(List.of(), SubmitOptions.by("tester"))).isEmpty();
  }

  @Test
  void nullIsAValueLikeAnyOther() {
    JobDefinition<Order, Void> type = type("nulls", rule());
    Submitted none = submit(type, null, 1);
    assertThat(submit(type, null, 2)).isEqualTo(new Submitted(none.jobId(), false));
    assertThat(submit(type, "", 1).isNew()).isTrue();
    assertThat(submit(type("others", rule()), null, 1).isNew()).as("of another type").isTrue();
  }

  @Test
  void aReplacedPayloadLeavesTheTime() {
    String name = newName();
    UUID id = later(REPLACED, name, 1).jobId();
    Job before = jobs.get(id);
    Submitted second =
        submit(REPLACED, name, 2, SubmitOptions.defaults().withPriority(JobPriority.CRITICAL));
    assertThat(second).isEqualTo(new Submitted(id, false));
    Job after = jobs.get(id);
    assertThat(after.runAt()).isEqualTo(before.runAt());
    assertThat(after.priority()).isEqualTo(JobPriority.CRITICAL);
    assertThat(quantity(REPLACED, id)).isEqualTo(2);
    String longName = name + "x".repeat(300);
    UUID other = submit(REPLACED, longName, 1).jobId();
    assertThat(submit(REPLACED, longName, 22222).jobId()).isEqualTo(other);
    assertThat(
            sql.fetchValue(
                "SELECT payload_bytes = octet_length(payload::text) FROM by_test.jobs WHERE id = {0}",
                DSL.val(other)))
        .isEqualTo(true);
  }

  @Test
  void aReplacedPayloadLeavesThePriorityThatOperatorsHaveSet() {
    JobDefinition<Order, Void> type =
        type("overridden", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD));
    // Notes what the type declares
    runtime.startWorker(TestJobs.handlers().with(type, (order, context) -> null)).close();
    jobs.types()
        .override(
            type.type(),
            JobTypeOverrides.none().withPriority(JobPriority.LOW),
            Actor.of("ops", "later"));
    String name = newName();
    UUID id = later(type, name, 1).jobId();
    assertThat(jobs.get(id).priority()).isEqualTo(JobPriority.LOW);
    assertThat(later(type, name, 2)).isEqualTo(new Submitted(id, false));
    assertThat(quantity(type, id)).isEqualTo(2);
    assertThat(jobs.get(id).priority()).isEqualTo(JobPriority.LOW);
    // One that is named comes before what is set
    assertThat(
            submit(type, name, 3, SubmitOptions.defaults().withPriority(JobPriority.HIGH)).isNew())
        .isFalse();
    assertThat(jobs.get(id).priority()).isEqualTo(JobPriority.HIGH);
  }

  @Test
  void aPayloadThatIsNotValidReplacesNothing() {
    String name = newName();
    UUID id = submit(REPLACED, name, 1).jobId();
    assertThatThrownBy(() -> submit(REPLACED, name, -1))
        .isInstanceOf(InvalidPayloadException.class);
    assertThat(quantity(REPLACED, id)).isEqualTo(1);
  }

  @Test
  void aReplacedTimeIsThatOfTheNewOne() {
    String name = newName();
    UUID id = later(MOVED, name, 1).jobId();
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'queued' WHERE id = {0}", DSL.val(id));
    Submitted second =
        submit(MOVED, name, 2, SubmitOptions.defaults().withDelay(Duration.ofHours(5)));
    assertThat(second).isEqualTo(new Submitted(id, false));
    assertThat(quantity(MOVED, id)).isEqualTo(2);
    assertThat(
            sql.fetchOne(
                    "SELECT status, lease, run_at = publish_at, run_at > now() + interval '4 hours'"
                        + " FROM tenon.jobs WHERE id = {0}",
                    DSL.val(id))
                .intoList())
        .containsExactly("pending", 1L, true, true);
  }

  @Tag("thorough")
  @Test
  void aSeriesOfSubmitsBecomesOneRun() throws Exception {
    String name = newName();
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    JobDefinition<Order, Void> type =
        type("series", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME));
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    type,
                    (order, context) -> {
                      seen.add(order.quantity());
                      return null;
                    }))) {
      UUID id = null;
      for (int i = 1; i <= 10; i++) {
        id =
            submit(type, name, i, SubmitOptions.defaults().withDelay(Duration.ofSeconds(10)))
                .jobId();
      }
      Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      assertThat(seen).containsExactly(10);
      assertThat(submit(type, name, 11).isNew()).as("after the end").isTrue();
      await().atMost(Fixture.PATIENCE).until(() -> seen.size() == 2);
      assertThat(worker.runningJobs()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aJobThatStartsWhileItIsReplacedLosesNoPayload() {
    JobDefinition<Order, Void> type =
        type(
            "busy",
            rule()
                .withScope(UniqueScope.UNTIL_STARTED)
                .withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD));
    String name = newName();
    Map<UUID, Integer> seen = new ConcurrentHashMap<>();
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    type,
                    (order, context) -> {
                      seen.put(context.jobId(), order.quantity());
                      return null;
                    }))) {
      Map<UUID, Integer> submitted = new HashMap<>();
      for (int i = 1; i <= 200; i++) {
        submitted.put(submit(type, name, i).jobId(), i);
      }
      await().atMost(Fixture.PATIENCE).until(() -> seen.size() == submitted.size());
      assertThat(seen).isEqualTo(submitted);
      Fixture.awaitIdle(worker);
    }
  }

  @Test
  void eachScopeEndsInItsTime() throws Exception {
    Map<UniqueScope, JobDefinition<Order, Void>> types = new HashMap<>();
    for (UniqueScope scope : UniqueScope.values()) {
      types.put(scope, type("scope-" + scope.code().replace('_', '-'), rule().withScope(scope)));
    }
    String name = newName();
    CountDownLatch mayEnd = new CountDownLatch(1);
    TestJobs.Handlers handlers = TestJobs.handlers();
    types
        .values()
        .forEach(
            type ->
                handlers.with(
                    type,
                    (order, context) -> {
                      mayEnd.await();
                      if (order.quantity() == 2) {
                        throw new PermanentJobException("as it was asked to");
                      }
                      return null;
                    }));
    try (JobWorker worker = runtime.startWorker(handlers)) {
      for (UniqueScope scope : UniqueScope.values()) {
        JobDefinition<Order, Void> type = types.get(scope);
        UUID good = submit(type, name + "good", 1).jobId();
        UUID bad = submit(type, name + "bad", 2).jobId();
        Fixture.awaitStatus(jobs, good, JobStatus.RUNNING);
        Fixture.awaitStatus(jobs, bad, JobStatus.RUNNING);
        // Due later, so that they stay out of the way
        assertThat(later(type, name + "good", 1).isNew())
            .as("%s, while it runs", scope)
            .isEqualTo(scope == UniqueScope.UNTIL_STARTED);
      }
      mayEnd.countDown();
      await().atMost(Fixture.PATIENCE).until(() -> worker.runningJobs() == 0);
      for (UniqueScope scope : UniqueScope.values()) {
        JobDefinition<Order, Void> type = types.get(scope);
        assertThat(later(type, name + "bad", 1).isNew())
            .as("%s, after it failed", scope)
            .isEqualTo(scope != UniqueScope.UNTIL_DELETED);
        if (scope != UniqueScope.UNTIL_STARTED) {
          assertThat(later(type, name + "good", 1).isNew())
              .as("%s, after it completed", scope)
              .isEqualTo(scope == UniqueScope.UNTIL_ENDED);
        }
      }
    }
  }

  @Test
  void aPeriodOutlastsTheEndAndTheRetention() {
    JobDefinition<Order, Void> type =
        TestCodecs.builder("test.unique.period", Order.class, Void.class)
            .unique(rule().withPeriod(Duration.ofHours(1)))
            .retention(Duration.ZERO)
            .build();
    String name = newName();
    UUID first;
    try (JobWorker worker =
        runtime.startWorker(TestJobs.handlers().with(type, (order, context) -> null))) {
      first = submit(type, name, 1).jobId();
      Fixture.awaitStatus(jobs, first, JobStatus.COMPLETED);
      Fixture.awaitIdle(worker);
    }
    assertThat(submit(type, name, 2)).isEqualTo(new Submitted(first, false));
    assertThat(
            sql.fetchValue(
                "SELECT delete_at = unique_until FROM tenon.jobs WHERE id = {0}", DSL.val(first)))
        .isEqualTo(true);
    sql.execute(
        "UPDATE by_test.jobs SET unique_until = now() - interval '1 second' WHERE id = {0}",
        DSL.val(first));
    assertThat(submit(type, name, 3).isNew()).as("when the period is over").isTrue();
    assertThat(submit(type, name, 4).isNew()).isFalse();
  }

  @Test
  void aPeriodThatHasEndedFreesNoKeyWhoseScopeHasNot() throws Exception {
    JobDefinition<Order, Void> type = type("short", rule().withPeriod(Duration.ofMillis(1)));
    String name = newName();
    UUID first = submit(type, name, 1).jobId();
    sql.execute(
        "UPDATE by_test.jobs SET unique_until = now() - interval '1 second' WHERE id = {0}",
        DSL.val(first));
    assertThat(submit(type, name, 2)).isEqualTo(new Submitted(first, false));
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      sql.execute(
          "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now() WHERE id = {0}",
          DSL.val(first));
      Submitted second =
          jobs.in(connection).submit(type, new Order(name, 3), SubmitOptions.by("tester"));
      assertThat(second.isNew()).as("in a transaction of the caller").isTrue();
      connection.commit();
    }
  }

  @Test
  void maintenanceClearsKeysWhosePeriodHasEnded() {
    JobDefinition<Order, Void> type = type("cleared", rule().withPeriod(Duration.ofHours(1)));
    UUID ended = submit(type, newName(), 1).jobId();
    UUID waiting = submit(type, newName(), 1).jobId();
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now() WHERE id = {0}",
        DSL.val(ended));
    sql.execute(
        "UPDATE by_test.jobs SET unique_until = now() - interval '1 second' WHERE id IN ({0}, {1})",
        DSL.val(ended), DSL.val(waiting));
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(hasKey(ended)).isFalse();
              assertThat(
                      sql.fetchValue(
                          "SELECT unique_key IS NOT NULL AND unique_until IS NULL FROM by_test.jobs"
                              + " WHERE id = {0}",
                          DSL.val(waiting)))
                  .isEqualTo(true);
            });
  }

  private static boolean hasKey(UUID id) {
    return (Boolean)
        sql.fetchValue(
            "SELECT unique_key IS NOT NULL FROM by_test.jobs WHERE id = {0}", DSL.val(id));
  }

  @Test
  void aJobThatRunsIsNotReplaced() throws Exception {
    JobDefinition<Order, Void> type =
        type("running", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME));
    String name = newName();
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    type,
                    (order, context) -> {
                      mayEnd.await();
                      return null;
                    }))) {
      UUID id = submit(type, name, 1).jobId();
      Fixture.awaitStatus(jobs, id, JobStatus.RUNNING);
      assertThat(later(type, name, 2)).isEqualTo(new Submitted(id, false));
      assertThat(quantity(type, id)).isEqualTo(1);
      assertThat(jobs.get(id).status()).isEqualTo(JobStatus.RUNNING);
      mayEnd.countDown();
      Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      Fixture.awaitIdle(worker);
    }
  }

  @Test
  void whoMeetsAnUncommittedJobWaitsForWhatBecomesOfIt() throws Exception {
    for (boolean commits : new boolean[] {true, false}) {
      String name = newName();
      try (Connection connection = fixture.database().connect()) {
        connection.setAutoCommit(false);
        Submitted first =
            jobs.in(connection).submit(KEPT, new Order(name, 1), SubmitOptions.by("tester"));
        assertThat(jobs.in(connection).submit(KEPT, new Order(name, 1), SubmitOptions.by("tester")))
            .as("in the same transaction")
            .isEqualTo(new Submitted(first.jobId(), false));
        CompletableFuture<Submitted> second =
            CompletableFuture.supplyAsync(() -> submit(KEPT, name, 2), THREADS);
        awaitWaiting();
        // Nobody else waits with it
        assertThat(submit(KEPT, newName(), 1).isNew()).isTrue();
        assertThat(jobs.submit(TestJobs.QUIET, new Order("a", 1), SubmitOptions.by("t")).jobId())
            .isNotNull();
        assertThat(second).isNotDone();
        if (commits) {
          connection.commit();
          assertThat(second.get(20, TimeUnit.SECONDS))
              .isEqualTo(new Submitted(first.jobId(), false));
        } else {
          connection.rollback();
          assertThat(second.get(20, TimeUnit.SECONDS).isNew()).isTrue();
          assertThat(jobs.find(first.jobId())).isEmpty();
        }
      }
    }
  }

  @Test
  void aTransactionThatIsRolledBackReplacesNothing() throws Exception {
    String name = newName();
    UUID id = later(MOVED, name, 1).jobId();
    Job before = jobs.get(id);
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      assertThat(
              jobs.in(connection)
                  .submitAll(
                      MOVED,
                      List.of(new Order(name, 2), new Order(newName(), 2)),
                      SubmitOptions.by("tester")))
          .extracting(Submitted::isNew)
          .containsExactly(false, true);
      connection.rollback();
    }
    assertThat(jobs.get(id).runAt()).isEqualTo(before.runAt());
    assertThat(quantity(MOVED, id)).isEqualTo(1);
  }

  @Test
  void aTransactionWithAnOldViewIsAskedToStartAgain() throws Exception {
    String name = newName();
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      boolean unused = connection.createStatement().execute("SELECT FROM tenon.jobs");
      UUID first = submit(KEPT, name, 1).jobId();
      assertThatThrownBy(
              () ->
                  jobs.in(connection).submit(KEPT, new Order(name, 2), SubmitOptions.by("tester")))
          .isInstanceOf(JobStoreException.class)
          .hasMessage(
              "1 job(s) of type 'test.unique.kept' were not submitted: other transactions changed"
                  + " the same jobs at the same time. Try again, in a new transaction.");
      connection.rollback();
      assertThat(
              jobs.in(connection)
                  .submit(KEPT, new Order(name, 2), SubmitOptions.by("tester"))
                  .jobId())
          .isEqualTo(first);
    }
  }

  @Test
  void keysThatAreTakenAndFreeAgainAreTriedForALimitedTime() {
    JobDefinition<Order, Void> type = type("vanishing", rule());
    sql.execute(
        """
        CREATE FUNCTION record_nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER record_nothing BEFORE INSERT ON tenon.unique_keys FOR EACH ROW
          WHEN (NEW.unique_key LIKE '%test.unique.vanishing%') EXECUTE FUNCTION record_nothing();
        """);
    assertThatThrownBy(() -> submit(type, newName(), 1))
        .isInstanceOf(JobStoreException.class)
        .hasMessageContaining("other transactions changed the same jobs at the same time")
        .hasRootCauseMessage("The jobs with the same unique keys have changed.")
        .cause()
        .hasMessage(
            "In each of 20 tries, another job had one of the unique keys and then lost it again.");
  }

  @Tag("thorough")
  @Test
  void aRescuedJobKeepsItsKey() {
    String name = newName();
    UUID id = later(KEPT, name, 1).jobId();
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'running', lease = lease + 1, worker_id = 'dead', attempts ="
            + " 1, started_at = now() WHERE id = {0}",
        DSL.val(id));
    Fixture.awaitStatus(jobs, id, JobStatus.PENDING);
    assertThat(hasKey(id)).isTrue();
    assertThat(submit(KEPT, name, 2)).isEqualTo(new Submitted(id, false));
  }

  @Test
  void aJobThatIsRetriedWhileAnotherHasItsKeyHasNone() {
    String name = newName();
    UUID first = later(KEPT, name, 1).jobId();
    jobs.cancel(first, Actor.of("ann"));
    assertThat(hasKey(first)).isFalse();
    Submitted second = later(KEPT, name, 2);
    assertThat(second.isNew()).as("cancelling frees the key").isTrue();
    jobs.retry(first, Actor.of("ann"));
    assertThat(jobs.get(first).status()).isEqualTo(JobStatus.PENDING);
    assertThat(hasKey(first)).isFalse();
    assertThat(later(KEPT, name, 3)).isEqualTo(new Submitted(second.jobId(), false));
    jobs.cancel(second.jobId(), Actor.of("ann"));
    assertThat(later(KEPT, name, 4).isNew()).as("the retried job keeps nobody out").isTrue();
  }

  @Test
  void aRetriedJobHasNoKeyThatOnlyAnExpiredPeriodHasKept() {
    JobDefinition<Order, Void> type = type("again", rule().withPeriod(Duration.ofHours(1)));
    String name = newName();
    UUID first = later(type, name, 1).jobId();
    jobs.cancel(first, Actor.of("ann"));
    assertThat(hasKey(first)).as("in the period").isTrue();
    jobs.retry(first, Actor.of("ann"));
    assertThat(hasKey(first)).as("retried in the period").isTrue();
    jobs.cancel(first, Actor.of("ann"));
    sql.execute(
        "UPDATE by_test.jobs SET unique_until = now() - interval '1 second' WHERE id = {0}",
        DSL.val(first));
    jobs.retry(first, Actor.of("ann"));
    assertThat(jobs.get(first).status()).isEqualTo(JobStatus.PENDING);
    assertThat(hasKey(first)).as("retried after the period").isFalse();
    assertThat(later(type, name, 2).isNew()).isTrue();
  }
}
