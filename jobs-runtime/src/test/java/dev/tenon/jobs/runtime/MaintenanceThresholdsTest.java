package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.operate.JobsHealth.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** From when on a maintenance task is late: what docs/operations.md says, and what is red. */
class MaintenanceThresholdsTest {

  private static final int TASKS = 13;

  @Test
  void thePageSaysWhenEachTaskIsRed() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "operations.md"));
    Fixture fixture = Fixture.withRabbit();
    try {
      fixture.start();
      await().atMost(Fixture.PATIENCE).until(() -> tasks(fixture).size() == TASKS);
      assertThat(tasks(fixture))
          .allSatisfy(
              task -> {
                Duration limit = task.interval().multipliedBy(3).plusSeconds(15);
                assertThat(isRed(task, limit)).isFalse();
                assertThat(isRed(task, limit.plusMillis(1))).isTrue();
                String format = limit.toMillis() % 1000 == 0 ? "%.0f s" : "%.1f s";
                String seconds = String.format(Locale.ROOT, format, limit.toMillis() / 1000.0);
                assertThat(page)
                    .contains(
                        "| `maintenance: %s` | not done for more than %s"
                            .formatted(task.name(), seconds));
              });
    } finally {
      fixture.close();
    }
  }

  private static boolean isRed(Task task, Duration age) {
    Check check =
        HealthReport.maintenance(new TaskStore.Run(task.name(), task.interval(), age, null), false);
    return !check.isHealthy();
  }

  private record Task(String name, Duration interval) {}

  private static List<Task> tasks(Fixture fixture) throws SQLException {
    List<Task> tasks = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement();
        ResultSet rows =
            sql.executeQuery(
                "SELECT name, interval_millis FROM tenon.maintenance_tasks ORDER BY name")) {
      while (rows.next()) {
        tasks.add(new Task(rows.getString(1), Duration.ofMillis(rows.getLong(2))));
      }
    }
    return tasks;
  }
}
