package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.TcpProxy;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That open pages move, and say so when they cannot, in a real browser. */
class LivePagesTest {

  private final World world = new World();
  private Browser browser;

  @AfterEach
  void stop() {
    browser.close();
    world.close();
  }

  private boolean isHidden(String id) {
    return (Boolean) browser.run("return document.getElementById('" + id + "').hidden");
  }

  private String text(String id) {
    return (String) browser.run("return document.getElementById('" + id + "').textContent");
  }

  @Test
  void theWholeOverviewMovesAndSaysWhenTheDatabaseIsAway() throws Exception {
    URI direct = URI.create(world.database().url().substring("jdbc:".length()));
    try (TcpProxy proxy = TcpProxy.to(direct.getHost(), direct.getPort());
        JobsRuntime runtime =
            JobsRuntime.builder()
                .database(
                    world
                        .database()
                        .url()
                        .replace(":" + direct.getPort() + "/", ":" + proxy.port() + "/"),
                    world.database().user(),
                    world.database().password())
                .closeOnShutdown(false)
                .maintenance(false)
                .start();
        DashboardServer server =
            DashboardServer.start(
                JobDashboard.builder(runtime)
                    .accessPolicy(AccessPolicy.everybody("ada", Right.READ))
                    .build(),
                0)) {
      browser = Browser.start();
      browser.open(server.uri());
      browser.awaitText("Nothing ran in this period, and nothing is waiting.");
      assertThat(isHidden("lost")).isTrue();

      world.submit("a.step");

      // The tile comes by an event, the row of the type with the rest of the page
      browser.awaitText("cad.convert");
      assertThat(browser.find("tr.bad").getText()).contains("no worker");
      assertThat(browser.find("nav [title='5 types without a live worker']").isDisplayed())
          .isTrue();

      proxy.cut();

      browser.awaitText("The database is not responding: it refuses connections");
      assertThat(text("lost"))
          .contains(
              "This page shows the state as of "
                  + text("as-of")
                  + " UTC. It keeps trying to update.");

      proxy.restore();

      await().atMost(World.PATIENCE).until(() -> isHidden("lost"));
      assertThat(browser.complaints()).allMatch(line -> line.contains("503"));
    }
  }

  /**
   * A dashboard that has no stream for pages in a browser, since somebody else has the only one.
   */
  private interface Refused {
    void test(DashboardServer server, DashboardResponse.Stream other) throws Exception;
  }

  private void refusingStreams(Refused test) throws Exception {
    try (JobDashboard dashboard =
            JobDashboard.builder(world.runtime)
                .accessPolicy(AccessPolicy.everybody("ada", Right.READ))
                .maxStreams(1)
                .build();
        DashboardServer server = DashboardServer.start(dashboard, 0)) {
      DashboardResponse.Stream other =
          dashboard.handle(World.get("/events")).stream().orElseThrow();
      assertThat(other).isNotNull();
      test.test(server, other);
    }
  }

  /** Opens the page of a job that runs. */
  private void openRunning(DashboardServer server) {
    UUID id = world.submit("slow.step");
    world.startWorker();
    world.awaitStatus(id, JobStatus.RUNNING);
    browser = Browser.start();
    browser.open(server.uri().resolve("/jobs/" + id));
    browser.awaitText(
        "Live updates are not available, so this page checks for changes every 10 seconds.");
  }

  @Test
  void aPageWithoutAStreamChecksForChanges() throws Exception {
    refusingStreams(
        (server, other) -> {
          openRunning(server);
          // It is late, but it is not wrong
          assertThat(browser.run("return document.body.classList.contains('stale')"))
              .isEqualTo(false);
          try (var connection = world.database().connect();
              var statement = connection.createStatement()) {
            statement.execute(
                "UPDATE /* by the test */ tenon.live_jobs SET progress = 70, progress_message = 'welding'");
            statement.execute(
                "INSERT INTO tenon.job_logs (job_id, attempt, level, message, logged_at)"
                    + " SELECT id, 1, 'info', 'Welding begins', now() FROM tenon.live_jobs");
            statement.execute(
                "INSERT INTO tenon.job_logs"
                    + " (job_id, attempt, level, message, data, logged_at, lease, number, version)"
                    + " SELECT id, 1, 'info', '', '{\"seam\":7}', now(), 1, 1, 1 FROM tenon.live_jobs");
          }

          browser.awaitText("70 % welding");
          browser.awaitText("Welding begins");
          browser.awaitText("{\"seam\":7}");
          world.plant.mayEnd.countDown();
          browser.awaitText("https://files.example.com/slow.step");
        });
  }

  @Tag("thorough")
  @Test
  void aPageThatWasRefusedAStreamAsksAgain() throws Exception {
    refusingStreams(
        (server, other) -> {
          openRunning(server);

          other.abandon();

          await().atMost(World.PATIENCE).until(() -> isHidden("lost"));
          world.plant.mayEnd.countDown();
          browser.awaitText("completed");
        });
  }

  @Test
  void streamsThatAreRefusedAreAskedForLessAndLessOften() throws Exception {
    try (JobDashboard dashboard = world.dashboard(Right.READ);
        DashboardServer server = DashboardServer.start(dashboard, 0);
        InputStream script =
            Objects.requireNonNull(JobDashboard.class.getResourceAsStream("assets/dashboard.js"))) {
      browser = Browser.start();
      browser.open(server.uri());
      browser.find("#throughput canvas");

      browser.run(IMPATIENT + new String(script.readAllBytes(), StandardCharsets.UTF_8));

      assertThat(browser.run("return pauses.join()"))
          .isEqualTo("5000,10000,20000,40000,80000,80000");
    }
  }

  /** Refuses all streams, and has the script wait for nothing. */
  private static final String IMPATIENT =
      """
      window.pauses = [];
      window.EventSource = function () {
        this.addEventListener = function () {};
        this.close = function () {};
        queueMicrotask(() => this.onerror());
      };
      window.setInterval = function () {};
      window.setTimeout = function (then, pause) {
        pauses.push(pause);
        if (pauses.length < 6) { queueMicrotask(then); }
      };
      """;
}
