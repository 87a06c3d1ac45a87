package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.SqlSubmitFixture.INVALID;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.by;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.json;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.newName;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.refused;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.ALL;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.BY_ID;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.COSTING_LATER;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.HASHED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.IN_ONE_LINE;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.KEPT;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.LATER;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.LIMITED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.ONLY_IN_JAVA;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.PLAIN;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.UNIQUE_AND_BOUNDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs that are submitted by the functions of the database are those that Java would submit. */
@Tag("servers")
class SqlSubmitsTest {

  private static SqlSubmitFixture fixture;
  private static JobsRuntime runtime;
  private static JobService jobs;
  private static SqlSubmitter sql;

  @BeforeAll
  static void start() throws SQLException {
    fixture = new SqlSubmitFixture();
    runtime = fixture.runtime;
    jobs = runtime.jobs();
    sql = fixture.sql;
  }

  @AfterAll
  static void stop() throws SQLException {
    fixture.close();
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
    fixture.owner(
        "UPDATE tenon.job_types SET override_priority = 3, override_max_attempts = 9,"
            + " override_max_concurrent = 5");
    assertSameRows(PLAIN, by(), "");
    assertSameRows(LIMITED, by(), "");
    assertSameRows(PLAIN, by().withPriority(JobPriority.LOW), "priority => 'low'");
    fixture.owner(
        "UPDATE tenon.job_types SET override_priority = NULL, override_max_attempts = NULL,"
            + " override_max_concurrent = NULL");
  }

  private static void emptyTables() throws SQLException {
    fixture.owner(
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
    return fixture.ownerValue(
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
            fixture.ownerValue(
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
}
