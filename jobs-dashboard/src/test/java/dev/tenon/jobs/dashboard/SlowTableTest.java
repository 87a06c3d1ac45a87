package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What pages show while the table of jobs does not say within two seconds what is asked. */
class SlowTableTest {

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void theOverviewAndTheTypesShowWhatThereIs() throws Exception {
    try (JobDashboard dashboard = world.dashboard(Right.READ);
        Connection other = world.database().connect();
        Statement statement = other.createStatement()) {
      statement.execute(
          "INSERT INTO tenon.job_statistics SELECT s, date_trunc('minute', now()), 'mail.send',"
              + " 'completed', 4711, 1, 1, 1, 1 FROM (VALUES (60), (600), (3600)) w (s)");
      assertThat(Html.page(dashboard, "/")).contains("4\u202f711").doesNotContain("Not shown");

      other.setAutoCommit(false);
      statement.execute("LOCK TABLE tenon.jobs IN ACCESS EXCLUSIVE MODE");

      assertThat(Html.page(dashboard, "/"))
          .contains("4\u202f711")
          .contains("Not shown: waiting jobs, running jobs, workers.");
      assertThat(Html.page(dashboard, "/types"))
          .contains("mail.send", "Not shown: waiting jobs, running jobs, workers.")
          .doesNotContain("no worker</span>");
      other.rollback();
    }
  }
}
