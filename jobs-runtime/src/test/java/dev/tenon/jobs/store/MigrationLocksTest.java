package dev.tenon.jobs.store;

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

  /** The next one changes a table. */
  private static final String BEFORE = "23";

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

  @Tag("thorough")
  @Test
  void othersGetThroughWhileAMigrationWaits() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared();
        Connection backup = database.connect();
        Connection other = database.connect()) {
      Flyway all = Migrations.flyway(database.dataSource(), "tenon");
      Flyway.configure().configuration(all.getConfiguration()).target(BEFORE).load().migrate();
      backup.setAutoCommit(false);
      backup.createStatement().execute("LOCK TABLE tenon.job_operations IN ACCESS SHARE MODE");
      CompletableFuture<Void> migration =
          CompletableFuture.runAsync(() -> Migrations.migrate(database.dataSource(), "tenon"));
      await("the migration waits").atMost(PATIENCE).until(() -> isWaited(other));
      await("the migration lets others through").atMost(PATIENCE).until(() -> !isWaited(other));
      assertThat(migration).as("it goes on").isNotDone();
      other.createStatement().execute("SELECT FROM tenon.job_operations");
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
              "LOCK TABLE tenon.jobs, tenon.installation, tenon.schema_history IN ACCESS SHARE MODE");
      CompletableFuture.runAsync(() -> Migrations.migrate(database.dataSource(), "tenon"))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
