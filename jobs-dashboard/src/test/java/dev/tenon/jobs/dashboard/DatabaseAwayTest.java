package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.TcpProxy;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What pages say while the database refuses connections, and while it hangs. */
@Tag("thorough")
class DatabaseAwayTest {

  /** Three seconds, and a little for a busy machine. */
  private static final Duration LIMIT = Duration.ofMillis(3_500);

  private PostgresDatabase database;
  private TcpProxy proxy;
  private JobsRuntime runtime;
  private JobDashboard dashboard;

  @BeforeEach
  void start() {
    database = PostgresDatabase.shared();
    URI direct = URI.create(database.url().substring("jdbc:".length()));
    proxy = TcpProxy.to(direct.getHost(), direct.getPort());
    runtime =
        JobsRuntime.builder()
            .database(
                database.url().replace(":" + direct.getPort() + "/", ":" + proxy.port() + "/"),
                database.user(),
                database.password())
            .closeOnShutdown(false)
            .start();
    dashboard =
        JobDashboard.builder(runtime)
            .accessPolicy(AccessPolicy.everybody("ada", Right.ADMINISTER))
            .build();
    assertThat(get("/").status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    proxy.restore();
    proxy.resume();
    dashboard.close();
    runtime.close();
    proxy.close();
    database.close();
  }

  private DashboardResponse get(String path) {
    return dashboard.handle(World.get(path));
  }

  /** The answer, which must not keep anybody waiting. */
  private DashboardResponse soon(String path) {
    long start = System.nanoTime();
    DashboardResponse response = get(path);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).describedAs(path).isLessThan(LIMIT);
    return response;
  }

  @Test
  void whileConnectionsAreRefusedEachPageSaysSoWithinThreeSeconds() {
    proxy.cut();

    for (String path : new String[] {"/", "/jobs", "/types", "/failures"}) {
      DashboardResponse response = soon(path);
      assertThat(response.status()).describedAs(path).isEqualTo(503);
      assertThat(response.text())
          .describedAs(path)
          .contains("it refuses connections, or cannot be reached (SQL state 08")
          .contains("href=\"/status\">Health</a>");
    }
    assertThat(soon("/status").text())
        .contains("The database is not responding")
        .contains("s-failing");
  }

  @Test
  void whileTheDatabaseHangsAPageSaysSoWithinThreeSeconds() {
    proxy.stall();

    DashboardResponse response = soon("/jobs");

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.text()).contains("The database ").contains("href=\"/status\">Health</a>");
    // A report that is just made counts for a moment
    await()
        .atMost(World.PATIENCE)
        .until(() -> soon("/status").text().contains("1 check is failing"));
  }

  @Test
  void nothingIsChangedBlindly() {
    proxy.cut();
    long start = System.nanoTime();

    DashboardResponse response =
        dashboard.handle(World.post("/types/mail.send/pause", "reason", "x"));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    assertThat(response.status()).isEqualTo(503);
  }

  @Test
  void pagesComeBackWithTheDatabase() {
    proxy.cut();
    assertThat(soon("/jobs").status()).isEqualTo(503);

    proxy.restore();

    await().atMost(World.PATIENCE).until(() -> get("/jobs").status() == 200);
  }
}
