package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.TestJobs;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The session of a process, as the rows of its workers and of the leader name it. */
@Tag("servers")
class ProcessSessionTest {

  private static final String HELD =
      " AND EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
          + " AND (l.classid::bigint << 32 | l.objid::bigint) = session_key)";

  private Fixture fixture;

  @AfterEach
  void close() {
    fixture.close();
  }

  /** A worker whose next heartbeat is a minute away, unless it sends one sooner. */
  private void startWorker(boolean fastRescue) {
    fixture
        .start(fixture.builder().heartbeatInterval(Duration.ofMinutes(1)).fastRescue(fastRescue))
        .startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
  }

  private @Nullable String value(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private String awaitKey(String table, String before) {
    String sql =
        "SELECT session_key FROM tenon.%s WHERE session_key IS NOT NULL AND session_key <> %s"
            .formatted(table, before);
    return await().atMost(Fixture.PATIENCE).until(() -> value(sql + HELD), key -> key != null);
  }

  @Test
  void aProcessNamesItsSessionAndReplacesOneThatWasLost() throws SQLException {
    fixture = Fixture.withoutRabbit();
    startWorker(true);
    String first = awaitKey("workers", "0");
    assertThat(awaitKey("leaders", "0")).isEqualTo(first);
    assertThat(value("SELECT count(*) FROM tenon.workers WHERE liveness_port IS NOT NULL"))
        .isEqualTo("1");
    assertThat(
            value(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
                    + " WHERE locktype = 'advisory' AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())"
                    + " AND (classid::bigint << 32 | objid::bigint) = "
                    + first))
        .isEqualTo("1");
    String second = awaitKey("workers", first);
    assertThat(awaitKey("leaders", first)).isEqualTo(second);
    fixture.closeRuntimes();
    assertThat(value("SELECT count(*) FROM tenon.workers")).isEqualTo("0");
  }

  @Test
  void aProcessWithoutFastRescueHasNone() throws SQLException {
    fixture = Fixture.withoutRabbit();
    startWorker(false);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> "1".equals(value("SELECT count(*) FROM tenon.leaders")));
    assertThat(
            value(
                "SELECT count(*) FROM (SELECT session_key FROM tenon.workers UNION ALL"
                    + " SELECT session_key FROM tenon.leaders) x WHERE session_key IS NOT NULL"))
        .isEqualTo("0");
  }
}
