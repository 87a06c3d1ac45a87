package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.listen.JobsFigures.OfType;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The backlog by type, whatever else the table has and without statistics. */
@Tag("servers")
class BacklogStoreTest {

  private final PostgresDatabase postgres = TenonDatabase.shared();
  private BacklogStore store;

  @BeforeEach
  void open() throws SQLException {
    store =
        new BacklogStore(
            new Database(
                postgres.dataSource(), postgres.dataSource(), postgres.dataSource(), "tenon"));
    sql("ALTER TABLE tenon.live_jobs SET (autovacuum_enabled = off)");
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  /** Jobs whose queue is the type with a q in front. */
  private void insert(
      String type, int count, String dueAgo, String status, String limitKey, int priority)
      throws SQLException {
    sql(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,
          retention_seconds, run_at, limit_key)
        SELECT gen_random_uuid(), '%1$s', 'q.%1$s', '%4$s', %6$d, '{}', 2, 't', 1, 60, now() - interval '%3$s', %5$s
        FROM generate_series(1, %2$d)
        """
            .formatted(type, count, dueAgo, status, limitKey, priority));
  }

  private static void assertOne(List<OfType> all, String type, long count, Duration oldest) {
    OfType one = all.stream().filter(each -> each.type().equals(type)).findFirst().orElseThrow();
    assertThat(one.count()).isEqualTo(count);
    assertThat(one.routingKey()).isEqualTo("q." + type);
    assertThat(one.oldest()).isBetween(oldest, oldest.plusMinutes(10));
  }

  @Test
  void nothingWaits() throws SQLException {
    insert("done", 5, "1 hour", "completed", "NULL", 1);
    insert("later", 5, "-1 hour", "pending", "NULL", 1);
    assertThat(store.read()).isEmpty();
  }

  @Test
  void eachTypeHasItsNumberAndItsOldest() throws SQLException {
    insert("plain", 3, "1 hour", "pending", "NULL", 1);
    insert("plain", 2, "2 hours", "queued", "NULL", 3);
    insert("plain", 7, "-1 hour", "pending", "NULL", 1);
    insert("limited", 4, "1 hour", "pending", "'a'", 1);
    insert("limited", 4, "3 hours", "pending", "'b'", 0);
    insert("limited", 4, "1 hour", "running", "'b'", 0);
    List<OfType> all = store.read();
    assertThat(all).extracting(OfType::type).containsExactly("limited", "plain");
    assertOne(all, "plain", 5, Duration.ofHours(2));
    assertOne(all, "limited", 8, Duration.ofHours(3));
  }

  @Test
  void noMoreAreCountedThanTheMaximum() throws SQLException {
    insert("many", 25_000, "1 hour", "pending", "NULL", 1);
    insert("many", 10, "2 hours", "pending", "NULL", 2);
    insert("limited", 15_000, "1 hour", "pending", "'a'", 1);
    List<OfType> all = store.read();
    assertOne(all, "many", 10_010, Duration.ofHours(2));
    assertOne(all, "limited", 10_000, Duration.ofHours(1));
  }
}
