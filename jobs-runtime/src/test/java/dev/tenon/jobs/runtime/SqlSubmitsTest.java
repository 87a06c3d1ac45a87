package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.KeyForm;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.options.SizeLimits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs that are submitted by the functions of the database are those that Java would submit. */
@Tag("servers")
class SqlSubmitsTest {

  private static final String INVALID = "22023";
  private static final String TOO_LARGE = "54000";

  private static final JobDefinition<Order, Receipt> PLAIN =
      TestCodecs.builder("test.sql.plain", Order.class, Receipt.class)
          .retention(Duration.ofDays(3))
          .retentionOfFailed(Duration.ofDays(30))
          .build();
  private static final JobDefinition<Order, Receipt> EXTERNAL =
      TestCodecs.builder("test.sql.external", Order.class, Receipt.class)
          .external(true)
          .priority(JobPriority.HIGH)
          .build();
  private static final JobDefinition<Order, Receipt> LATER =
      TestCodecs.builder("test.sql.later", Order.class, Receipt.class)
          .startWithin(Duration.ofHours(2))
          .version(3)
          .upcaster(2, payload -> new Order("old", 1))
          .build();
  private static final JobDefinition<Order, Receipt> LIMITED =
      withKey(TestCodecs.builder("test.sql.limited", Order.class, Receipt.class))
          .limits(JobLimits.NONE.withMaxConcurrentPerKey(1))
          .limitBy("name", Order::name)
          .build();
  private static final JobDefinition<Order, Receipt> ORDERED =
      withKey(TestCodecs.builder("test.sql.ordered", Order.class, Receipt.class))
          .order(OrderRule.by("quantity", Order::quantity))
          .build();
  private static final JobDefinition<Order, Receipt> IN_ONE_LINE =
      TestCodecs.builder("test.sql.line", Order.class, Receipt.class)
          .order(OrderRule.ofAll())
          .build();
  private static final JobDefinition<Order, Receipt> BOUNDED =
      withKey(TestCodecs.builder("test.sql.bounded", Order.class, Receipt.class))
          .backlog(BacklogRule.<Order>of(2).by("name", Order::name))
          .build();
  private static final JobDefinition<Order, Receipt> DROPPING =
      TestCodecs.builder("test.sql.dropping", Order.class, Receipt.class)
          .backlog(BacklogRule.<Order>of(2).withWhenFull(WhenFull.DROP_OLDEST))
          .build();
  private static final JobDefinition<Order, Receipt> KEPT = unique("kept", rule());
  private static final JobDefinition<Order, Receipt> HASHED =
      unique("hashed", rule().withHashedKey().withScope(UniqueScope.UNLESS_FAILED));
  private static final JobDefinition<Order, Receipt> REPLACED =
      unique("replaced", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD));
  private static final JobDefinition<Order, Receipt> MOVED =
      unique(
          "moved",
          rule()
              .withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME)
              .withScope(UniqueScope.UNTIL_STARTED)
              .withPeriod(Duration.ofHours(1)));
  private static final JobDefinition<Order, Receipt> UNIQUE_AND_BOUNDED =
      withKey(TestCodecs.builder("test.sql.both", Order.class, Receipt.class))
          .unique(UniqueRule.by("name", Order::name))
          .backlog(BacklogRule.of(1))
          .build();

  /** No form is declared for the component, as for one that has another form in JSON. */
  private static final JobDefinition<Order, Receipt> ONLY_IN_JAVA =
      TestCodecs.builder("test.sql.java", Order.class, Receipt.class)
          .unique(UniqueRule.by("name", Order::name))
          .build();

  private static final JobDefinition<Order, Receipt> BY_ID =
      TestCodecs.builder("test.sql.id", Order.class, Receipt.class)
          .keyProperty("name", "name", KeyForm.UUID)
          .unique(UniqueRule.by("name", Order::name))
          .build();

  private static final JobDefinition<Order, Receipt> COSTING =
      costing(TestCodecs.builder("test.sql.costing", Order.class, Receipt.class)).build();
  private static final JobDefinition<Order, Receipt> COSTING_REPLACED =
      costing(TestCodecs.builder("test.sql.costingreplaced", Order.class, Receipt.class))
          .unique(
              UniqueRule.by("name", Order::name)
                  .withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD))
          .build();
  private static final JobDefinition<Order, Receipt> COSTING_LATER =
      costing(TestCodecs.builder("test.sql.costinglater", Order.class, Receipt.class))
          .version(2)
          .upcaster(1, payload -> new Order("old", 1))
          .build();

  private static final JobDefinition<Order, Receipt> RENAMED =
      TestCodecs.builder("test.sql.renamed", Order.class, Receipt.class)
          .aliases("test.sql.before")
          .build();

  private static final List<JobDefinition<?, ?>> ALL =
      List.of(
          PLAIN,
          EXTERNAL,
          LATER,
          LIMITED,
          ORDERED,
          IN_ONE_LINE,
          BOUNDED,
          DROPPING,
          KEPT,
          HASHED,
          REPLACED,
          MOVED,
          UNIQUE_AND_BOUNDED,
          ONLY_IN_JAVA,
          BY_ID,
          COSTING,
          COSTING_REPLACED,
          COSTING_LATER,
          RENAMED);

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  private static Fixture fixture;
  private static JobsRuntime runtime;
  private static JobService jobs;
  private static SqlSubmitter sql;

  private static UniqueRule<Order> rule() {
    return UniqueRule.by("name", Order::name).and("quantity", Order::quantity);
  }

  private static JobDefinition<Order, Receipt> unique(String name, UniqueRule<Order> rule) {
    return withKey(TestCodecs.builder("test.sql." + name, Order.class, Receipt.class))
        .unique(rule)
        .build();
  }

  /** The quantity is the cost; of the two rates that count it, the second one is the smaller. */
  private static JobDefinition.Builder<Order, Receipt> costing(
      JobDefinition.Builder<Order, Receipt> builder) {
    return withKey(builder)
        .limits(
            JobLimits.NONE
                .withRates(Rate.parseList("500 quantity/m, 7/s"))
                .withRatesPerKey(Rate.parseList("100 quantity/m")))
        .limitBy("name", Order::name)
        .cost("quantity", Order::quantity);
  }

  private static JobDefinition.Builder<Order, Receipt> withKey(
      JobDefinition.Builder<Order, Receipt> builder) {
    return builder
        .keyProperty("name", "name", KeyForm.STRING)
        .keyProperty("quantity", "quantity", KeyForm.WHOLE_NUMBER);
  }

  @BeforeAll
  static void start() throws SQLException {
    fixture = Fixture.withoutRabbit();
    runtime =
        fixture.start(
            fixture
                .builder()
                .sizeLimits(SizeLimits.defaults().withPayloadBytes(2_000))
                .modules(TestJobs.moduleOf(ALL)));
    jobs = runtime.jobs();
    sql =
        SqlSubmitter.start(
            fixture.database(), ALL.stream().map(JobDefinition::type).toArray(String[]::new));
  }

  @AfterAll
  static void stop() throws SQLException {
    THREADS.shutdownNow();
    sql.close();
    fixture.close();
  }

  private static String newName() {
    return UUID.randomUUID().toString();
  }

  private static String json(String name, int quantity) {
    return "{\"name\":\"%s\",\"quantity\":%d}".formatted(name, quantity);
  }

  private static SubmitOptions by() {
    return SubmitOptions.by("t");
  }

  // ---------------------------------------------------------------- The same rows

  @Test
  void theRowsAreThoseThatJavaWrites() throws Exception {
    for (JobDefinition<?, ?> each : ALL) {
      if (each != ONLY_IN_JAVA && each.version() == 1) {
        @SuppressWarnings("unchecked")
        JobDefinition<Order, Receipt> type = (JobDefinition<Order, Receipt>) each;
        assertSameRows(type, by(), "");
      }
    }
    assertSameRows(LATER, by(), "version => 3");
    assertSameRows(COSTING_LATER, by(), "version => 2");
  }

  @Test
  void theRowsHaveTheOptions() throws Exception {
    Instant later = Instant.parse("2101-02-03T04:05:06.789Z");
    assertSameRows(
        PLAIN,
        by().withItemId("item-1")
            .withPriority(JobPriority.CRITICAL)
            .withRunAt(later)
            .withStartBefore(later.plusSeconds(60))
            .withHeader(Header.ofString("tenant"), "acme")
            .withHeader(Header.ofString("region.eu"), "ä€😀"),
        "item_id => 'item-1', priority => 'critical', run_at => '%s', start_before => '%s', headers => '%s'"
            .formatted(
                later, later.plusSeconds(60), "{\"region.eu\": \"ä€😀\", \"tenant\": \"acme\"}"));
    assertSameRows(
        LATER,
        by().withDelay(Duration.ofMillis(90_061_001)).withStartWithin(Duration.ofSeconds(5)),
        "version => 3, delay => '1 day 1 hour 1 minute 1.001 seconds', start_within => '5"
            + " seconds'");
  }

  @Test
  void theRowsHaveWhatOperatorsHaveSet() throws Exception {
    owner(
        "UPDATE tenon.job_types SET override_priority = 3, override_max_attempts = 9,"
            + " override_max_concurrent = 5");
    assertSameRows(PLAIN, by(), "");
    assertSameRows(LIMITED, by(), "");
    assertSameRows(PLAIN, by().withPriority(JobPriority.LOW), "priority => 'low'");
    owner(
        "UPDATE tenon.job_types SET override_priority = NULL, override_max_attempts = NULL,"
            + " override_max_concurrent = NULL");
  }

  private static void emptyTables() throws SQLException {
    owner(
        "CALL by_test.truncate_jobs(); TRUNCATE tenon.job_headers, tenon.unique_keys,"
            + " tenon.job_lines");
  }

  @Test
  void keysOfAnyStringsAreTheSame() throws Exception {
    for (String name :
        List.of("", "|-", "ä€", "😀 two units", "x".repeat(300), "12:ab", "tab\\t")) {
      for (JobDefinition<Order, Receipt> type : List.of(KEPT, HASHED)) {
        Submitted first = jobs.submit(type, new Order(name.replace("\\t", "\t"), 7), by());
        assertThat(sql.submit(type.type(), json(name, 7), ""))
            .as(type + " of " + name)
            .isEqualTo(new SqlSubmitter.Stands(first.jobId(), false));
      }
    }
    String id = newName();
    Submitted first = jobs.submit(BY_ID, new Order(id, 1), by());
    assertThat(sql.submit(BY_ID.type(), json(id.toUpperCase(java.util.Locale.ROOT), 2), "").jobId())
        .isEqualTo(first.jobId());
  }

  /**
   * Compares a job alone with the first of several, too: jobs that differ only in their payloads,
   * as those of Java, are inserted by another function than others, as several from SQL.
   */
  private static void assertSameRows(
      JobDefinition<Order, Receipt> type, SubmitOptions options, String more) throws Exception {
    Order order = new Order(newName(), 3);
    String java = rows(jobs.submit(type, order, options).jobId());
    emptyTables();
    String payload = json(order.name(), 3);
    UUID bySql = sql.submit(type.type(), payload, more).jobId();
    assertThat(rows(bySql)).as(type.type()).isEqualTo(java);
    assertThat(jobs.find(type, bySql).orElseThrow().payload()).isEqualTo(order);
    emptyTables();
    // It is full with one
    if (type == UNIQUE_AND_BOUNDED) {
      return;
    }
    Order another = new Order(newName(), 4);
    List<Submitted> several = jobs.submitAll(type, List.of(order, another), options);
    assertThat(rows(several.get(0).jobId())).as(type.type()).isEqualTo(java);
    emptyTables();
    List<String> payloads = List.of(payload, json(another.name(), 4));
    UUID first = sql.submitAll(type.type(), payloads, more).get(0).jobId();
    assertThat(rows(first)).as(type.type()).isEqualTo(java);
    emptyTables();
  }

  /** Everything about a job; times are differences from its submit, if that decides about them. */
  private static String rows(UUID id) throws SQLException {
    return ownerValue(
        """
        SELECT jsonb_build_object(
          'data', to_jsonb(d) - '{id,submitted_at,start_before,unique_until,payload,external_policy}'::text[],
          'payload', d.payload::jsonb, 'policy', d.external_policy::jsonb,
          'live', to_jsonb(l) - '{id,run_at,publish_at,start_before,unique_until}'::text[],
          -- Jobs with an order are not due until the leader lets them
          'due', CASE WHEN d.order_key IS NULL AND l.run_at < d.submitted_at + interval '100 days' THEN l.run_at - d.submitted_at END,
          'late', CASE WHEN l.start_before < d.submitted_at + interval '100 days' THEN l.start_before - d.submitted_at ELSE interval '0' END,
          'at', CASE WHEN d.order_key IS NULL AND l.run_at > d.submitted_at + interval '100 days' THEN l.run_at END,
          'before', CASE WHEN l.start_before > d.submitted_at + interval '100 days' THEN l.start_before END,
          'until', d.unique_until - d.submitted_at, 'kept', l.unique_until = d.unique_until,
          'headers', (SELECT jsonb_object_agg(h.name, h.value) FROM tenon.job_headers h WHERE h.id = d.id),
          'key', (SELECT jsonb_agg(u.unique_key) FROM tenon.unique_keys u WHERE u.job_id = d.id),
          'line', (SELECT jsonb_agg(to_jsonb(j.*) - '{number,job_id,due_at,is_open}'::text[]) FROM tenon.job_lines j WHERE j.job_id = d.id))::text
        FROM tenon.job_data d JOIN tenon.live_jobs l ON l.id = d.id
        WHERE d.id = '%s'
        """
            .formatted(id));
  }

  // ---------------------------------------------------------------- Transactions and lists

  @Test
  void aJobExistsIfTheTransactionOfTheCallerCommits() throws Exception {
    sql.connection().setAutoCommit(false);
    try {
      UUID undone = sql.submit(PLAIN.type(), json("x", 1), "").jobId();
      sql.connection().rollback();
      UUID done = sql.submit(PLAIN.type(), json("x", 1), "").jobId();
      assertThat(jobs.find(done)).isEmpty();
      sql.connection().commit();
      assertThat(jobs.find(undone)).isEmpty();
      assertThat(jobs.get(done).status()).isEqualTo(JobStatus.PENDING);
    } finally {
      sql.connection().setAutoCommit(true);
    }
  }

  @Test
  void aListIsSubmittedInItsOrderAsAWhole() throws Exception {
    List<String> payloads = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      payloads.add(json("n" + i, i));
    }
    List<SqlSubmitter.Stands> stands = sql.submitAll(IN_ONE_LINE.type(), payloads, "");
    assertThat(stands).hasSize(1_000).allMatch(SqlSubmitter.Stands::isNew);
    for (int i = 0; i < 1_000; i += 333) {
      assertThat(jobs.find(IN_ONE_LINE, stands.get(i).jobId()).orElseThrow().payload().quantity())
          .isEqualTo(i);
    }
    assertThat(
            ownerValue(
                "SELECT bool_and(a.job_id < b.job_id) FROM tenon.job_lines a JOIN tenon.job_lines b"
                    + " ON b.number = a.number + 1"))
        .isEqualTo("t");
    payloads.add("{}");
    refused(
        () -> sql.submitAll(PLAIN.type(), payloads, ""),
        INVALID,
        "There are 1001 payloads; a call may have 1 to 1000. Submit more with several calls in one"
            + " transaction.");
    long before = jobs.count(dev.tenon.jobs.JobQuery.all().withType(PLAIN));
    refused(
        () -> sql.submitAll(PLAIN.type(), List.of(json("x", 1), "[]"), ""),
        INVALID,
        "Payload 2 of type 'test.sql.plain' is a JSON array; it must be a JSON object.");
    assertThat(jobs.count(dev.tenon.jobs.JobQuery.all().withType(PLAIN))).isEqualTo(before);
  }

  @Test
  void aWorkerRunsThem() throws Exception {
    JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers().with(PLAIN, (order, context) -> new Receipt(order.name())));
    UUID id = sql.submit(PLAIN.type(), json("lamp", 1), "").jobId();
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    assertThat(
            sql.value(
                "SELECT result ->> 'text' FROM tenon.read_jobs(ARRAY['%s'::uuid])".formatted(id)))
        .isEqualTo("lamp");
    worker.close();
  }

  // ---------------------------------------------------------------- Unique jobs

  @Test
  void theJobThatIsThereStandsForOthers() throws Exception {
    String name = newName();
    UUID kept = sql.submit(KEPT.type(), json(name, 1), "delay => '1 hour'").jobId();
    assertThat(sql.submit(KEPT.type(), json(name, 1), ""))
        .isEqualTo(new SqlSubmitter.Stands(kept, false));
    assertThat(jobs.submit(KEPT, new Order(name, 1), by()).jobId()).isEqualTo(kept);
    assertThat(jobs.get(kept).runAt()).isAfter(Instant.now().plusSeconds(600));
    List<SqlSubmitter.Stands> list =
        sql.submitAll(
            KEPT.type(), List.of(json(name, 2), json(name, 1), json(name, 2), json(name, 3)), "");
    assertThat(list)
        .extracting(SqlSubmitter.Stands::isNew)
        .containsExactly(true, false, false, true);
    assertThat(list.get(1).jobId()).isEqualTo(kept);
    assertThat(list.get(2).jobId()).isEqualTo(list.get(0).jobId());
  }

  @Test
  void aWaitingJobTakesOverWhatItsTypeSays() throws Exception {
    String name = newName();
    UUID replaced =
        sql.submit(REPLACED.type(), json(name, 1), "delay => '1 hour', priority => 'low'").jobId();
    sql.submit(
        REPLACED.type(), "{\"quantity\":1,\"name\":\"%s\"}".formatted(name), "priority => 'high'");
    assertThat(jobs.get(replaced).priority()).isEqualTo(JobPriority.HIGH);
    assertThat(jobs.get(replaced).payload()).startsWith("{\"quantity\"");
    assertThat(jobs.get(replaced).runAt()).isAfter(Instant.now().plusSeconds(600));

    UUID moved = sql.submit(MOVED.type(), json(name, 1), "delay => '1 hour'").jobId();
    assertThat(sql.submit(MOVED.type(), json(name, 1), "").jobId()).isEqualTo(moved);
    assertThat(jobs.get(moved).runAt()).isBefore(Instant.now().plusSeconds(600));
  }

  @Test
  void aKeyWhoseScopeHasEndedIsFreeAgain() throws Exception {
    String name = newName();
    UUID first = sql.submit(MOVED.type(), json(name, 1), "").jobId();
    // Its period has ended, and nobody has cleared the key
    owner(
        """
        UPDATE /* by the test */ by_test.jobs
        SET status = 'completed', unique_until = now() - interval '1 minute', lease = 1, finished_at = now(),
          worker_id = 'w', started_at = now(), attempts = 1
        WHERE id = '%s'
        """
            .formatted(first));
    List<SqlSubmitter.Stands> again =
        sql.submitAll(MOVED.type(), List.of(json(name, 1), json(name, 2)), "");
    assertThat(again).allMatch(SqlSubmitter.Stands::isNew);
    assertThat(again.get(0).jobId()).isNotEqualTo(first);
  }

  @Test
  void manyThatSubmitAtTheSameTimeInBothLanguagesMakeOneJob() throws Exception {
    List<SqlSubmitter> submitters = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        submitters.add(SqlSubmitter.start(fixture.database(), KEPT.type(), MOVED.type()));
      }
      for (JobDefinition<Order, Receipt> type : List.of(KEPT, MOVED)) {
        for (int round = 0; round < 5; round++) {
          String name = newName();
          List<Callable<SqlSubmitter.Stands>> tasks = new ArrayList<>();
          for (SqlSubmitter submitter : submitters) {
            tasks.add(() -> submitter.submit(type.type(), json(name, 1), ""));
            tasks.add(
                () -> {
                  Submitted submitted = jobs.submit(type, new Order(name, 1), by());
                  return new SqlSubmitter.Stands(submitted.jobId(), submitted.isNew());
                });
          }
          List<SqlSubmitter.Stands> stands = atTheSameTime(tasks);
          assertThat(stands).filteredOn(SqlSubmitter.Stands::isNew).hasSize(1);
          assertThat(stands)
              .extracting(SqlSubmitter.Stands::jobId)
              .containsOnly(stands.get(0).jobId());
        }
      }
    } finally {
      for (SqlSubmitter submitter : submitters) {
        submitter.close();
      }
    }
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

  // ---------------------------------------------------------------- Bounds

  @Test
  void aFullBacklogRefuses() throws Exception {
    String name = newName();
    sql.submit(BOUNDED.type(), json(name, 1), "");
    refused(
        () -> sql.submitAll(BOUNDED.type(), Collections.nCopies(2, json(name, 1)), ""),
        "53400",
        "2 job(s) of type 'test.sql.bounded' were not submitted: 1 jobs of '%s' wait, and the bound is 2. Submit them again later, or find out why the workers are slower than the submitters."
            .formatted(name));
    refused(
        () -> sql.submitAll(BOUNDED.type(), Collections.nCopies(3, json(newName(), 1)), ""),
        "53400",
        "and the bound is 2. Submit fewer at a time.");
    sql.submit(BOUNDED.type(), json(name, 1), "");
    sql.submit(BOUNDED.type(), json(newName(), 1), "");
    for (int i = 0; i < 5; i++) {
      sql.submit(DROPPING.type(), json(name, i), "");
    }
  }

  @Test
  void aJobThatStandsForAnotherNeedsNoRoom() throws Exception {
    String name = newName();
    UUID first = sql.submit(UNIQUE_AND_BOUNDED.type(), json(name, 1), "").jobId();
    assertThat(sql.submit(UNIQUE_AND_BOUNDED.type(), json(name, 1), "").jobId()).isEqualTo(first);
    refused(
        () -> sql.submit(UNIQUE_AND_BOUNDED.type(), json(newName(), 1), ""),
        "53400",
        "1 job(s) of type 'test.sql.both' were not submitted: 1 jobs wait, and the bound is 1.");
  }

  // ---------------------------------------------------------------- Costs

  @Test
  void aJobHasTheCostThatItsPayloadSays() throws Exception {
    List<String> payloads =
        List.of(
            json("a", 0), json("a", 100), "{\"name\":\"a\"}", "{\"name\":\"a\",\"quantity\":null}");
    List<String> costs = new ArrayList<>();
    for (SqlSubmitter.Stands each : sql.submitAll(COSTING.type(), payloads, "")) {
      costs.add(costs(each.jobId()));
    }
    assertThat(costs).containsExactly("0 0", "100 100", "0 0", "0 0");
    assertThat(costs(sql.submit(LIMITED.type(), json("a", 5), "").jobId())).isEqualTo("none none");
  }

  @Test
  void aReplacedJobHasTheNewCost() throws Exception {
    String name = newName();
    UUID id = sql.submit(COSTING_REPLACED.type(), json(name, 10), "delay => '1 hour'").jobId();
    assertThat(costs(id)).isEqualTo("10 10");
    assertThat(sql.submit(COSTING_REPLACED.type(), json(name, 20), ""))
        .isEqualTo(new SqlSubmitter.Stands(id, false));
    assertThat(costs(id)).isEqualTo("20 20");
    // Of several with one key, the last one counts
    sql.submitAll(COSTING_REPLACED.type(), List.of(json(name, 30), json(name, 40)), "");
    assertThat(costs(id)).isEqualTo("40 40");
    jobs.submit(COSTING_REPLACED, new Order(name, 50), by());
    assertThat(costs(id)).isEqualTo("50 50");
  }

  @Test
  void costsAreRefusedThatNoRateAllows() {
    refused(
        () -> sql.submit(COSTING.type(), json("a", -1), ""),
        INVALID,
        "The property 'quantity' of the payload is -1; it must be at least 0, because it is the"
            + " cost of a job of type 'test.sql.costing'.");
    for (String tooMuch : List.of("101", "9".repeat(40))) {
      refused(
          () ->
              sql.submit(COSTING.type(), "{\"name\":\"a\",\"quantity\":%s}".formatted(tooMuch), ""),
          INVALID,
          "The property 'quantity' of the payload is %s; it must be at most what the rate 100 quantity/m of type 'test.sql.costing' lets start at a time."
              .formatted(tooMuch));
    }
    refused(
        () -> sql.submit(COSTING.type(), "{\"name\":\"a\",\"quantity\":1.5}", ""),
        INVALID,
        "The property 'quantity' of the payload must be a whole number without fraction and"
            + " exponent, because jobs of type 'test.sql.costing' cost what is in it.");
    refused(
        () -> sql.submit(COSTING_LATER.type(), json("a", 1), "version => 1"),
        INVALID,
        "version is 1, but the keys of jobs of type 'test.sql.costinglater' are made from payloads"
            + " of version 2. Submit that version.");
  }

  /** The cost of a job in both tables. */
  private static String costs(UUID id) throws SQLException {
    return ownerValue(
        """
        SELECT coalesce(d.cost::text, 'none') || ' ' || coalesce(l.cost::text, 'none')
        FROM tenon.job_data d JOIN tenon.live_jobs l ON l.id = d.id
        WHERE d.id = '%s'
        """
            .formatted(id));
  }

  // ---------------------------------------------------------------- Refusals

  @Test
  void payloadsAreRefusedThatCannotBeOnes() {
    refused(
        "{\"name\":\"%s\"}".formatted("x".repeat(2_000)),
        TOO_LARGE,
        "Payload 1 of type 'test.sql.plain' has 2011 bytes; it may have 2000. Store the data"
            + " elsewhere and submit a reference to it.");
    refused(
        "\"text\"",
        INVALID,
        "Payload 1 of type 'test.sql.plain' is a JSON string; it must be a JSON object.");
    refused(
        "{\"name\":\"tenon-encrypted:1:k:AAAA\"}",
        INVALID,
        "Payload 1 of type 'test.sql.plain' has a string that begins with \"tenon-encrypted:1:\","
            + " as encrypted values do. Change it.");
    refused("{", "22P02", "invalid input syntax for type json");
  }

  @Test
  void optionsAreRefusedThatJavaWouldRefuse() {
    option(
        "priority => 'urgent'", "priority is 'urgent'; it must be low, normal, high or critical.");
    option(
        "delay => '-1 second'",
        "delay is -00:00:01; it must be from 0 milliseconds to 36,500 days.");
    option("delay => '200 years'", "it must be from 0 milliseconds to 36,500 days.");
    option(
        "start_within => '0'",
        "start_within is 00:00:00; it must be from 1 milliseconds to 36,500 days.");
    option("run_at => 'infinity'", "run_at is infinity; it must be before");
    option(
        "delay => '1 hour', run_at => now()",
        "Both delay and run_at are given. Give the one that says when the job is due.");
    option(
        "start_within => '1 hour', start_before => now()",
        "Both start_within and start_before are given.");
    option(
        "run_at => '2101-01-01', start_before => '2100-01-01'",
        "so that it could never start. Use a later start_before, or start_within, which counts from"
            + " the due time.");
    option("item_id => ' '", "item_id is blank. Name who or what it is.");
    option("item_id => repeat('x', 1001)", "item_id has 1001 bytes; it may have up to 1000.");
    option("item_id => E'a\\nb'", "item_id has a control character. Remove it.");
    option("headers => '[]'", "headers is a JSON array; it must be an object of strings");
    option(
        "headers => '{\"Tenant\": \"x\"}'",
        "A header has the name 'Tenant'. It must have up to 64 lower-case letters and digits");
    option(
        "headers => '{\"tenon.x\": \"x\"}'",
        "The header 'tenon.x' begins with 'tenon', which is reserved. Choose another name.");
    option(
        "headers => '{\"a\": 1}'",
        "The value of the header 'a' must be a string of up to 1000 bytes.");
    option(
        "headers => '{\"a\": \"x\\ny\"}'", "The value of the header 'a' has a control character.");
    option(
        "headers => (SELECT jsonb_object_agg('h' || n, 'v') FROM generate_series(1, 33) n)",
        "There are 33 headers with");
    option(
        "trace_context => 'x'",
        "trace_context must be a traceparent as defined by the W3C's Trace Context");
    option(
        "version => 2",
        "version is 2; the applications read payloads of job type 'test.sql.plain' in these"
            + " versions: 1.");
    refused(
        () -> sql.value("SELECT tenon.submit('test.sql.plain', '{}', NULL)"),
        INVALID,
        "submitted_by is blank. Name who or what it is.");
  }

  private static void option(String option, String message) {
    refused(() -> sql.submit(PLAIN.type(), json("x", 1), option), INVALID, message);
  }

  @Test
  void typesAndVersionsAreRefusedThatNobodyReads() throws Exception {
    refused(
        () -> sql.submit("test.sql.nothing", "{}", ""),
        "42501",
        "Role '%s' may not submit jobs of type 'test.sql.nothing'. The owner of the schema can allow it with grant_submitter."
            .formatted(sql.role()));
    owner(
        "SELECT tenon.grant_submitter('%s', ARRAY['test.sql.nothing', 'test.sql.before'])"
            .formatted(sql.role()));
    refused(
        () -> sql.submit("test.sql.nothing", "{}", ""),
        "42704",
        "No application has recorded a job type 'test.sql.nothing'. Check the name, and start an"
            + " application that declares it.");
    refused(
        () -> sql.submit("test.sql.before", "{}", ""),
        "42704",
        "'test.sql.before' is an earlier name of job type 'test.sql.renamed'. Submit its jobs by"
            + " that name.");
    refused(
        () -> sql.submit(LATER.type(), "{}", ""),
        INVALID,
        "Job type 'test.sql.later' has version 3. Pass the version whose shape the payload has.");
    refused(
        () -> sql.submit(LATER.type(), "{}", "version => 1"),
        INVALID,
        "version is 1; the applications read payloads of job type 'test.sql.later' in these"
            + " versions: 2, 3.");
    assertThat(sql.submit(LATER.type(), json("x", 1), "version => 2").isNew()).isTrue();
  }

  @Test
  void keysAreRefusedThatWouldNotBeThoseOfJava() {
    refused(
        () -> sql.submit(ONLY_IN_JAVA.type(), json("x", 1), ""),
        "0A000",
        "Jobs of type 'test.sql.java' are unique by the component 'name', whose values only Java"
            + " can write in the form that all submitters share. Submit these jobs in Java.");
    refused(
        () -> sql.submit(KEPT.type(), "{\"name\":1,\"quantity\":1}", ""),
        INVALID,
        "The property 'name' of the payload must be a string, because jobs of type 'test.sql.kept'"
            + " are unique by it.");
    for (String number : List.of("1.0", "1e2", "-0", "\"1\"")) {
      refused(
          () ->
              sql.submit(ORDERED.type(), "{\"name\":\"x\",\"quantity\":%s}".formatted(number), ""),
          INVALID,
          "The property 'quantity' of the payload must be a whole number without fraction and"
              + " exponent, because jobs of type 'test.sql.ordered' wait in lines by it.");
    }
    refused(
        () -> sql.submit(BY_ID.type(), json("x", 1), ""),
        INVALID,
        "The property 'name' of the payload must be a UUID of 36 characters");
    refused(
        () -> sql.submit(LIMITED.type(), json("x".repeat(1_001), 1), ""),
        INVALID,
        "The property 'name' of the payload has 1001 bytes; it may have up to 1000, because jobs of"
            + " type 'test.sql.limited' are limited by it. Use an id, and keep long strings in"
            + " other properties.");
  }

  private static void refused(String payload, String state, String message) {
    refused(() -> sql.submit(PLAIN.type(), payload, ""), state, message);
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String state, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo(state);
  }

  private static void owner(String statements) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  private static String ownerValue(String query) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).as(query).isTrue();
      return rows.getString(1);
    }
  }
}
