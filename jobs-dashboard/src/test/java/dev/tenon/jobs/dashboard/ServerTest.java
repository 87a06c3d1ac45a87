package dev.tenon.jobs.dashboard;

import static dev.tenon.jobs.dashboard.Sockets.readUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The JDK's server: streams, slow clients, and requests that are not for it. */
class ServerTest {

  private final World world = new World();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
  private final Sockets sockets = new Sockets();
  private DashboardServer server;
  private JobDashboard dashboard;

  @BeforeEach
  void start() throws IOException {
    dashboard =
        JobDashboard.builder(world.runtime)
            .accessPolicy(AccessPolicy.everybody("ada", Right.ACT))
            .maxStreams(50)
            .build();
    server = DashboardServer.start(dashboard, 0);
  }

  @AfterEach
  void stop() throws IOException {
    sockets.close();
    server.close();
    world.close();
  }

  private int status(String path) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(server.uri().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private BufferedReader send(String request) throws IOException {
    return sockets.send(server.uri().getPort(), request);
  }

  private BufferedReader get(String path) throws IOException {
    return sockets.send(server.uri().getPort(), "GET", path);
  }

  @Test
  void pagesAndAssetsAreServed() throws Exception {
    assertThat(status("/")).isEqualTo(200);
    assertThat(status("/assets/dashboard.css")).isEqualTo(200);
    assertThat(status("/health/ready")).isEqualTo(200);
  }

  @Test
  void aThousandOpenStreamsAreBoundedAndPagesStillAnswer() throws Exception {
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 1_000; i++) {
      String answer = get("/events").readLine();
      if (answer.startsWith("HTTP/1.1 200")) {
        accepted++;
      } else if (answer.startsWith("HTTP/1.1 503")) {
        refused++;
      }
    }

    assertThat(accepted).isEqualTo(50);
    assertThat(refused).isEqualTo(950);
    assertThat(status("/jobs")).isEqualTo(200);
    sockets.close();
    // Whoever has left is noticed with the next event
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              try (BufferedReader again = get("/events")) {
                return again.readLine().startsWith("HTTP/1.1 200");
              }
            });
  }

  @Test
  void clientsThatSendSlowlyHoldUpNobody() throws Exception {
    for (int i = 0; i < 400; i++) {
      var unused = send("GET /jobs HTTP/1.1\r\nHost: loc");
    }

    assertThat(status("/jobs")).isEqualTo(200);
  }

  @Test
  void clientsThatReadNothingHoldUpNobody() throws Exception {
    for (int i = 0; i < 30; i++) {
      var unused = get("/events");
    }
    UUID id = world.submit("slow.step");
    world.startWorker();
    world.awaitStatus(id, JobStatus.RUNNING);

    assertThat(status("/jobs/" + id)).isEqualTo(200);
  }

  @Test
  void aStreamHasProgressAndLogOfAJobThatRuns() throws Exception {
    UUID id = world.submit("slow.step");
    BufferedReader events = get("/events?job=" + id);

    world.startWorker();

    String seen = readUntil(events, "meshing slow.step", "Reading slow.step");
    assertThat(seen)
        .containsIgnoringCase("Content-Type: text/event-stream; charset=utf-8")
        .contains("event: state", "event: log", "\"status\":\"running\"", "\"progress\":40");
    world.plant.mayEnd.countDown();
    readUntil(events, "\"status\":\"completed\"");
  }

  @Test
  void aSecondPageOnAJobGetsWhatTheFirstOneHas() throws Exception {
    UUID id = world.submit("slow.step");
    world.startWorker();
    BufferedReader first = get("/events?job=" + id);
    readUntil(first, "meshing slow.step", "Reading slow.step");

    // The job waits: nothing changes any more
    BufferedReader second = get("/events?job=" + id);

    assertThat(readUntil(second, "event: state", "meshing slow.step"))
        .contains("\"status\":\"running\"", "\"progress\":40")
        .doesNotContain("event: log");
    readUntil(second, "Reading slow.step");
    world.plant.mayEnd.countDown();
    assertThat(readUntil(first, "\"status\":\"completed\"")).doesNotContain("Reading slow.step");
    readUntil(second, "\"status\":\"completed\"");
  }

  @Test
  void aNameThatIsNotOfThisMachineIsRefused() throws Exception {
    String answer =
        readUntil(
            send("GET /jobs HTTP/1.1\r\nHost: evil.example.com\r\n\r\n"),
            "answers requests for localhost");

    assertThat(answer)
        .startsWith("HTTP/1.1 421")
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .containsIgnoringCase("Content-Security-Policy: default-src 'self'");
  }

  @Test
  void aFormThatIsTooLargeIsRefused() throws Exception {
    var response =
        client.send(
            HttpRequest.newBuilder(server.uri().resolve("/bulk"))
                .header("Sec-Fetch-Site", "same-origin")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        new byte[DashboardRequest.MAX_BODY_BYTES + 1]))
                .timeout(Duration.ofSeconds(20))
                .build(),
            BodyHandlers.discarding());

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.headers().firstValue("X-Frame-Options")).contains("DENY");
  }

  @Test
  void afterAPostTheBrowserGoesToAPage() throws Exception {
    UUID id = world.submit("a.step");
    URI at = server.uri().resolve("/jobs/" + id + "/cancel");
    var response =
        client.send(
            HttpRequest.newBuilder(at)
                .header("Origin", "http://localhost:" + server.uri().getPort())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("reason=not+needed"))
                .build(),
            BodyHandlers.discarding());

    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(response.headers().firstValue("Location").orElse("")).startsWith("/jobs/" + id);
    assertThat(world.jobs.get(id).status()).isEqualTo(JobStatus.CANCELLED);
  }
}
