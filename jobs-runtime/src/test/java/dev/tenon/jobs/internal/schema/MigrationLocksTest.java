package dev.tenon.jobs.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.libraries.flyway.core.Flyway;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A migration beside a transaction that uses its tables, as a backup does. */
class MigrationLocksTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static boolean isWaited(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                    + " WHERE NOT l.granted AND l.locktype = 'relation' AND d.datname = current_database()")) {
      rows.next();
      return rows.getInt(1) > 0;
    }
  }

  private static void changeFiles(Connection connection, String which) throws Exception {
    try (Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE tenon.schema_history SET checksum = 1 WHERE " + which))
          .isPositive();
    }
  }

  @Tag("thorough")
  @Test
  void othersGetThroughWhileAMigrationWaits() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared();
        Connection backup = database.connect();
        Connection other = database.connect()) {
      Flyway all = Migrations.flyway(database.dataSource(), "tenon");
      all.migrate();
      // As if another version had been there; this one replaces a trigger, which takes a lock
      changeFiles(other, "script = 'R__9_triggers.sql'");
      backup.setAutoCommit(false);
      backup.createStatement().execute("LOCK TABLE tenon.workflow_changes IN ACCESS SHARE MODE");
      CompletableFuture<Void> migration =
          CompletableFuture.runAsync(() -> Migrations.migrate(database.dataSource(), "tenon"));
      await("the migration waits").atMost(PATIENCE).until(() -> isWaited(other));
      await("the migration lets others through").atMost(PATIENCE).until(() -> !isWaited(other));
      assertThat(migration).as("it goes on").isNotDone();
      other.createStatement().execute("SELECT FROM tenon.workflow_changes");
      backup.rollback();
      migration.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(all.info().pending()).isEmpty();
    }
  }

  @Test
  void whereThereIsNothingToDoNoTableIsLocked() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared();
        Connection backup = database.connect()) {
      Migrations.migrate(database.dataSource(), "tenon");
      backup.setAutoCommit(false);
      backup
          .createStatement()
          .execute(
              "LOCK TABLE tenon.live_jobs, tenon.installation, tenon.schema_history IN ACCESS SHARE MODE");
      CompletableFuture.runAsync(() -> Migrations.migrate(database.dataSource(), "tenon"))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** They change with most releases, while older processes work. */
  @Test
  void functionsAreReplacedWhileTablesAreWritten() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared();
        Connection writer = database.connect()) {
      Flyway all = Migrations.flyway(database.dataSource(), "tenon");
      all.migrate();
      changeFiles(writer, "script LIKE 'R\\_\\_%' AND script <> 'R__9_triggers.sql'");
      assertThat(all.info().pending()).hasSizeGreaterThan(1);
      writer.setAutoCommit(false);
      writer
          .createStatement()
          .execute(
              "LOCK TABLE tenon.live_jobs, tenon.workers, tenon.job_data, tenon.workflow_changes"
                  + " IN ROW EXCLUSIVE MODE");
      CompletableFuture.runAsync(() -> Migrations.migrate(database.dataSource(), "tenon"))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(all.info().pending()).isEmpty();
    }
  }
}
