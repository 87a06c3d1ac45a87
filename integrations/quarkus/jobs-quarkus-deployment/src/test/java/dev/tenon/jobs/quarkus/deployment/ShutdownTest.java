package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.quarkus.deployment.labels.Printer;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.quarkus.builder.Version;
import io.quarkus.maven.dependency.Dependency;
import io.quarkus.test.QuarkusProdModeTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A packaged application that gets SIGTERM lets its handlers end before it closes anything. */
class ShutdownTest {

  private static final PostgresDatabase DATABASE = PostgresDatabase.shared();

  @RegisterExtension
  static final QuarkusProdModeTest APPLICATION =
      new QuarkusProdModeTest()
          .withApplicationRoot(jar -> Labels.addTo(jar, Labels.properties(DATABASE)))
          // Only tests have it here
          .setForcedDependencies(
              List.of(Dependency.of("io.quarkus", "quarkus-vertx-http", Version.getVersion())))
          .setRuntimeProperties(Labels.runtimeProperties());

  @BeforeEach
  void start() {
    APPLICATION.start();
  }

  @AfterEach
  void stop() {
    APPLICATION.stop();
  }

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @Test
  void aRunningHandlerEndsWhileTheDataSourceIsThere() throws Exception {
    assertThat(Labels.get("/submit/" + Printer.SLOW)).isNotEmpty();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> strings("SELECT line FROM printed").contains("begin slow"));

    APPLICATION.stop();

    assertThat(strings("SELECT line FROM printed")).contains("end slow");
    assertThat(strings("SELECT status::text FROM by_test.jobs")).containsOnly("completed");
  }

  @Test
  void noWorkerClaimsJobsWhileAnotherOneStops() throws Exception {
    assertThat(Labels.get("/submit/" + Printer.LAST)).isNotEmpty();
    assertThat(Labels.get("/submit/" + Printer.LAST)).isNotEmpty();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> strings("SELECT line FROM printed WHERE line = 'begin last'").size() == 2);

    APPLICATION.stop();

    assertThat(strings("SELECT status::text FROM by_test.jobs")).containsOnly("completed");
  }

  private static List<String> strings(String query) throws SQLException {
    try (Connection connection = DATABASE.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }
}
