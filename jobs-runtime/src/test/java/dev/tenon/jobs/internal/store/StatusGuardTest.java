package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The databases of tests refuse what {@link StatusChange} does not list. */
@Tag("servers")
class StatusGuardTest {

  private static final AttemptFailure FAILURE =
      AttemptFailure.of(JobError.Reason.EXCEPTION, "no paper");

  private static final Path FILE =
      Path.of(
          "../tests/test-servers/src/main/resources/dev/tenon/jobs/testservers/status-guard.sql");

  @Test
  void theFileIsMadeFromTheList() throws IOException {
    if ("rewrite".equals(System.getProperty("tenon.golden"))) {
      Files.writeString(FILE, StatusGuardSql.text());
    }
    assertThat(Files.readString(FILE))
        .as("%s; write it with -Dtenon.golden=rewrite", FILE)
        .isEqualTo(StatusGuardSql.text());
  }

  @ParameterizedTest
  @CsvSource({
    // A claim without a new lease, without a worker, of two leases
    "queued,    running, 'lease = 0, worker_id = ''b''',    lease 0 to 0",
    "queued,    running, 'lease = 1',                       worker none to none",
    "queued,    running, 'lease = 2, worker_id = ''b''',    lease 0 to 2",
    // What is pending again after it was published needs a new lease
    "queued,    pending, 'lease = 0',                       lease 0 to 0",
    "pending,   queued,  'worker_id = ''b''',               worker none to b",
    // Without a change of status
    "running,   running, 'lease = 1',                       lease 0 to 1",
    "running,   running, 'worker_id = ''b''',               worker none to b"
  })
  void anUpdateThatIsNotListedIsRefused(String from, String to, String rest, String named) {
    try (StoreFixture store = new StoreFixture()) {
      UUID id = store.submit(1).get(0);
      store.execute("UPDATE /* by the test */ tenon.live_jobs SET status = '" + from + "'");

      assertThatThrownBy(
              () -> store.execute("UPDATE tenon.live_jobs SET status = '" + to + "', " + rest))
          .hasStackTraceContaining("Job " + id + " may not change in this way: status " + from)
          .hasStackTraceContaining("status " + from + " to " + to)
          .hasStackTraceContaining(named);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "queued,    completed, 'lease, worker_id',     status queued to completed",
    "queued,    failed,    'lease, worker_id',     status queued to failed",
    "running,   failed,    'lease + 1, worker_id', lease 0 to 1",
    "running,   failed,    'lease, ''b''',         worker none to b"
  })
  void anEndThatIsNotListedIsRefused(String from, String to, String values, String named) {
    try (StoreFixture store = new StoreFixture()) {
      UUID id = store.submit(1).get(0);
      store.execute("UPDATE /* by the test */ tenon.live_jobs SET status = '" + from + "'");

      assertThatThrownBy(() -> store.execute(end("DELETE FROM tenon.live_jobs", to, values)))
          .hasStackTraceContaining("Job " + id)
          .hasStackTraceContaining("status " + from + " to " + to)
          .hasStackTraceContaining(named);
    }
  }

  @Test
  void aJobOfALineIsDueOnlyIfItIsTheOpenOne() {
    try (StoreFixture store = new StoreFixture()) {
      UUID id = store.submit(1).get(0);
      store.execute("UPDATE /* by the test */ tenon.live_jobs SET order_key = 'a'");

      assertThatThrownBy(() -> store.execute("UPDATE tenon.live_jobs SET run_at = now()"))
          .hasStackTraceContaining("Job " + id + " has an order and a time");

      store.execute("UPDATE tenon.live_jobs SET run_at = tenon.never()");
      store.execute(
          "INSERT INTO tenon.job_lines (type, order_key, job_id, due_at, is_open) SELECT type, 'a', id, now(), true FROM"
              + " tenon.live_jobs");
      store.execute("UPDATE tenon.live_jobs SET run_at = now()");
      assertThat(
              store.database.dsl().fetchValue("SELECT run_at < tenon.never() FROM tenon.live_jobs"))
          .isEqualTo(true);
    }
  }

  private static String end(String gone, String status, String values) {
    return "WITH gone AS ("
        + gone
        + " RETURNING *) INSERT INTO tenon.ended_jobs (id, type, status, attempts, crashes, run_at, finished_at,"
        + " delete_at, progress, lease, worker_id) SELECT id, type, '"
        + status
        + "', attempts, crashes, run_at, now(), now(), 0, "
        + values
        + " FROM gone";
  }

  @ParameterizedTest
  @CsvSource({
    "completed, 'lease, worker_id',     lease 3 to 3",
    "failed,    'lease + 2, worker_id', lease 3 to 5",
    "failed,    'lease + 1, NULL',      worker a to none"
  })
  void aReturnThatIsNotListedIsRefused(String from, String values, String named) {
    try (StoreFixture store = new StoreFixture()) {
      UUID id = store.submit(1).get(0);
      store.execute(end("DELETE /* by the test */ FROM tenon.live_jobs", from, "3, 'a'"));

      assertThatThrownBy(
              () ->
                  store.execute(
                      "WITH gone AS (DELETE FROM tenon.ended_jobs RETURNING *) "
                          + insert("pending", values, "gone")))
          .hasStackTraceContaining("Job " + id)
          .hasStackTraceContaining(named);
    }
  }

  private static String insert(String status, String values, String table) {
    return "INSERT INTO tenon.live_jobs (id, type, priority, max_attempts, retention_seconds, routing_key,"
        + " payload_bytes, status, lease, worker_id) SELECT id, type, 1, 3, 60, 'jobs.x', 2, '"
        + status
        + "', "
        + values
        + " FROM "
        + table;
  }

  @Test
  void insertsAndDeletesThatAreNotListedAreRefused() {
    try (StoreFixture store = new StoreFixture()) {
      UUID id = store.submit(1).get(0);
      String other = "(SELECT gen_random_uuid() AS id, 'test.other' AS type) AS other";

      assertThatThrownBy(() -> store.execute("DELETE FROM tenon.live_jobs"))
          .hasStackTraceContaining("Job " + id)
          .hasStackTraceContaining("status pending to none");
      assertThatThrownBy(() -> store.execute(insert("queued", "0, NULL", other)))
          .hasStackTraceContaining("status none to queued");
      assertThatThrownBy(() -> store.execute(insert("pending", "1, NULL", other)))
          .hasStackTraceContaining("lease none to 1");
      assertThatThrownBy(() -> store.execute(insert("pending", "0, 'w'", other)))
          .hasStackTraceContaining("worker none to w");
      assertThatThrownBy(
              () ->
                  store.execute(
                      end("UPDATE tenon.live_jobs SET progress = 1", "cancelled", "lease, NULL")))
          .as("its other row is still there")
          .hasStackTraceContaining("Job " + id)
          .hasStackTraceContaining("status none to cancelled");
    }
  }

  @Test
  void howAJobEndedStaysAsItIs() {
    try (StoreFixture store = new StoreFixture()) {
      List<UUID> ids = store.submit(1);
      store.outcomes.finish(List.of(new AttemptEnd.Failed(store.claim("w", ids).get(0), FAILURE)));

      assertThatThrownBy(
              () -> store.execute("UPDATE tenon.ended_jobs SET error_message = 'another'"))
          .hasStackTraceContaining("Job " + ids.get(0))
          .hasStackTraceContaining("status failed to failed");
      assertThatThrownBy(
              () -> store.execute(insert("pending", "lease + 1, worker_id", "tenon.ended_jobs")))
          .hasStackTraceContaining("Job " + ids.get(0) + " is in live_jobs and in ended_jobs");
    }
  }

  @Test
  void aBrokenFunctionIsFound() {
    try (StoreFixture store = new StoreFixture()) {
      List<UUID> ids = store.submit(2);
      Lease lease = store.claim("w", ids.subList(0, 1)).get(0);

      store.change("tenon.start_attempts", "lease = j.lease + 1,\n        attempts", "attempts");

      assertThatThrownBy(() -> store.claim("w", ids.subList(1, 2)))
          .hasStackTraceContaining("Job " + ids.get(1))
          .hasStackTraceContaining("status pending to running, lease 0 to 0, worker none to w");

      store.change(
          "tenon.end_attempts",
          "    FROM gone g\n  ), uncounted AS (",
          "    FROM gone g\n    WHERE g.becomes <> 'failed'\n  ), uncounted AS (");

      assertThatThrownBy(
              () -> store.outcomes.finish(List.of(new AttemptEnd.Failed(lease, FAILURE))))
          .hasStackTraceContaining("Job " + ids.get(0))
          .hasStackTraceContaining("status running to none, lease 1 to none, worker w to none");
    }
  }
}
