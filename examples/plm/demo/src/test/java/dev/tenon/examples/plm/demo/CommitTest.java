package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.application.Request;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon after the application's commit a job starts in the process of a worker. */
@Tag("thorough")
class CommitTest {

  private static final int WARM_UP = 60;
  private static final int MEASURED = 60;
  private static final Duration LIMIT = Duration.ofMillis(20);

  @TempDir private Path folder;

  /** The tag leaves it out of the second round of tests: once is enough. */
  @Tag("servers")
  @Test
  void aJobStartsWithinTwentyMilliseconds() throws Exception {
    try (TestStage test = new TestStage(folder, new ZooServer.Behavior(0, 0, 1, 2))) {
      Stage stage = test.stage();
      stage.startJavaWorker();
      stage.awaitReady();
      noteCommits(stage);
      List<Duration> delays = new ArrayList<>();
      for (int i = 0; i < WARM_UP + MEASURED; i++) {
        Job job =
            test.awaitEnd(
                stage.plm().makeWidgets(new Request(Scenario.ITEM, "ada"), Scenario.widgets()));
        assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
        if (i >= WARM_UP) {
          delays.add(Duration.between(commitOf(stage, job), job.startedAt().orElse(null)));
        }
      }

      delays.sort(null);
      // What only looks now and then has hardly any that are so fast
      assertThat(delays.get(MEASURED / 4))
          .as("the fastest quarter of %s", delays)
          .isLessThanOrEqualTo(LIMIT);
    }
  }

  /** A trigger that fires when the commit begins notes the time by the clock of the database. */
  private static void noteCommits(Stage stage) throws SQLException {
    try (Connection connection = stage.database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE plm.commits (job_id uuid PRIMARY KEY, at timestamptz NOT NULL)");
      statement.execute(
          """
          CREATE FUNCTION plm.note_commit() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO plm.commits VALUES (new.job_id, clock_timestamp());
            RETURN NULL;
          END $$
          """);
      statement.execute(
          """
          CREATE CONSTRAINT TRIGGER note_commit AFTER INSERT ON plm.orders
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plm.note_commit()
          """);
    }
  }

  private static Instant commitOf(Stage stage, Job job) throws SQLException {
    try (Connection connection = stage.database().getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT at FROM plm.commits WHERE job_id = ?")) {
      query.setObject(1, job.id());
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getObject(1, OffsetDateTime.class).toInstant();
      }
    }
  }
}
