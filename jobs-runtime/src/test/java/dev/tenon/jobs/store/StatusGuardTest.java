package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    // A claim without a new lease, without a worker, of two leases, of a job that has ended
    "queued,    running, 'lease = 0, worker_id = ''b''',    lease 0 to 0",
    "queued,    running, 'lease = 1',                       worker none to none",
    "queued,    running, 'lease = 2, worker_id = ''b''',    lease 0 to 2",
    "completed, running, 'lease = 1, worker_id = ''b''',    status completed to running",
    // What is pending again after it was published needs a new lease
    "queued,    pending, 'lease = 0',                       lease 0 to 0",
    "completed, pending, 'lease = 0',                       status completed to pending",
    "failed,    cancelled, 'lease = 0',                     status failed to cancelled",
    "queued,    completed, 'lease = 0',                     status queued to completed",
    "pending,   failed,  'worker_id = ''b''',               worker none to b",
    // Without a change of status
    "running,   running, 'lease = 1',                       lease 0 to 1",
    "running,   running, 'worker_id = ''b''',               worker none to b",
    "completed, completed, 'lease = 1',                     lease 0 to 1"
  })
  void anUpdateThatIsNotListedIsRefused(String from, String to, String rest, String named) {
    try (StoreFixture store = new StoreFixture()) {
      UUID id = store.submit(1).get(0);
      store.execute("UPDATE /* by the test */ tenon.jobs SET status = '" + from + "'");

      assertThatThrownBy(
              () -> store.execute("UPDATE tenon.jobs SET status = '" + to + "', " + rest))
          .hasStackTraceContaining("Job " + id + " may not change in this way: status " + from)
          .hasStackTraceContaining("status " + from + " to " + to)
          .hasStackTraceContaining(named);
    }
  }

  @Test
  void insertsAndDeletesThatAreNotListedAreRefused() {
    try (StoreFixture store = new StoreFixture()) {
      List<UUID> ids = store.submit(1);

      assertThatThrownBy(() -> store.execute("DELETE FROM tenon.jobs"))
          .hasStackTraceContaining("Job " + ids.get(0))
          .hasStackTraceContaining("status pending to none");
      assertThatThrownBy(
              () ->
                  store.execute(
                      "INSERT INTO tenon.jobs (id, type, routing_key, status, priority, payload,"
                          + " payload_bytes, submitted_by, max_attempts, retention_seconds) SELECT"
                          + " gen_random_uuid(), type, routing_key, 'completed', priority, payload,"
                          + " payload_bytes, submitted_by, max_attempts, retention_seconds FROM tenon.jobs"))
          .hasStackTraceContaining("status none to completed");
    }
  }

  @Test
  void aBrokenFunctionIsFound() {
    try (StoreFixture store = new StoreFixture()) {
      List<UUID> ids = store.submit(2);
      assertThat(store.claim("w", ids.subList(0, 1))).hasSize(1);

      store.change("tenon.start_attempts", "lease = j.lease + 1,\n        attempts", "attempts");

      assertThatThrownBy(() -> store.claim("w", ids.subList(1, 2)))
          .hasStackTraceContaining("Job " + ids.get(1))
          .hasStackTraceContaining("status pending to running, lease 0 to 0, worker none to w");
    }
  }
}
