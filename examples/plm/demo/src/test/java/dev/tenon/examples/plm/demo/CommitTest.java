package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.application.Request;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import java.nio.file.Path;
import java.sql.Connection;
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
class CommitTest {

  private static final int WARM_UP = 60;
  private static final int MEASURED = 60;
  private static final Duration LIMIT = Duration.ofMillis(20);

  @TempDir private Path folder;

  /** The tag leaves it out of the second round of tests: once is enough. */
  @Tag("servers")
  @Test
  void aJobStartsWithinTwentyMilliseconds() throws Exception {
    try (TestStage test = new TestStage(folder, new ZooServer.Behaviour(0, 0, 1, 2))) {
      Stage stage = test.stage();
      stage.startJavaWorker();
      stage.awaitReady();
      List<Duration> delays = new ArrayList<>();
      for (int i = 0; i < WARM_UP + MEASURED; i++) {
        // By the clock of the database, and before the transaction begins: stricter than the commit
        Instant before = clock(stage);
        Job job =
            test.awaitEnd(
                stage.plm().makeWidgets(new Request(Scenario.ITEM, "ada"), Scenario.widgets()));
        assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
        if (i >= WARM_UP) {
          delays.add(Duration.between(before, job.startedAt()));
        }
      }

      delays.sort(null);
      assertThat(delays.get(MEASURED / 2))
          .as("the median of %s", delays)
          .isLessThanOrEqualTo(LIMIT);
    }
  }

  private static Instant clock(Stage stage) throws SQLException {
    try (Connection connection = stage.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
