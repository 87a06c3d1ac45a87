package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users see their own jobs: tokens, streams after a cut, and a page in Chromium. */
class JobEventStreamsTest {

  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final World world = new World();
  private final HttpClient client = HttpClient.newHttpClient();
  private final JobEventStreams streams =
      JobEventStreams.builder(world.jobs, SECRET).withLog(true).maxStreams(2).build();

  @AfterEach
  void stop() {
    streams.close();
    world.close();
  }

  private DashboardResponse handle(String token, String... lastEventId) {
    DashboardRequest request = DashboardRequest.of("GET", "/", "token=" + token);
    return streams.handle(
        lastEventId.length == 0 ? request : request.withHeader("Last-Event-ID", lastEventId[0]));
  }

  @Test
  void aTokenIsForOneJobAndSomeTime() {
    UUID id = UUID.randomUUID();
    String token = streams.token(id);
    assertThat(token).matches("[A-Za-z0-9_-]{75}").isNotEqualTo(streams.token(UUID.randomUUID()));
    assertThat(handle(tokenOf(world.jobs, SECRET, world.submit("x"))).status()).isEqualTo(200);
    for (String wrong : List.of("", "x", token.substring(1), token + "A", flipped(token, 3))) {
      assertThat(handle(wrong).status()).as(wrong).isEqualTo(403);
    }
    assertThat(handle(flipped(token, 70)).text())
        .isEqualTo("The token is missing, is not valid, or has expired.\n");
    Clock clock = Clock.fixed(Instant.now().minus(Duration.ofHours(2)), ZoneOffset.UTC);
    String old = JobEventStreams.builder(world.jobs, SECRET).clock(clock).build().token(id);
    assertThat(handle(old).status()).isEqualTo(403);
    byte[] otherSecret = SECRET.clone();
    otherSecret[0]++;
    assertThat(handle(JobEventStreams.builder(world.jobs, otherSecret).build().token(id)).status())
        .isEqualTo(403);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobEventStreams.builder(world.jobs, new byte[31]))
        .withMessage(
            "The secret has 31 bytes; it must have at least 32. Make it once, with a random generator, and keep it with the other secrets of the application.");
  }

  private static String tokenOf(JobService service, byte[] secret, UUID id) {
    JobEventStreams streams = JobEventStreams.builder(service, secret).build();
    String token = streams.token(id);
    streams.close();
    return token;
  }

  private static String flipped(String token, int at) {
    char other = token.charAt(at) == 'A' ? 'B' : 'A';
    return token.substring(0, at) + other + token.substring(at + 1);
  }

  @Test
  void streamsAreBounded() {
    UUID id = world.submit("slow.step");
    List<DashboardResponse> open =
        Stream.of(handle(streams.token(id)), handle(streams.token(id))).toList();
    assertThat(open).allMatch(response -> response.status() == 200);
    assertThat(streams.openStreams()).isEqualTo(2);
    assertThat(handle(streams.token(id)).status()).isEqualTo(503);
    open.forEach(response -> response.stream().orElseThrow().abandon());
    assertThat(streams.openStreams()).isZero();
    assertThat(handle(streams.token(id), "nonsense").status()).isEqualTo(400);
    assertThat(streams.openStreams()).isZero();
    assertThat(
            streams.handle(DashboardRequest.of("POST", "/", "token=" + streams.token(id))).status())
        .isEqualTo(405);
  }

  private List<String> lines(URI uri, String... lastEventId) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(World.PATIENCE);
    if (lastEventId.length > 0) {
      request.header("Last-Event-ID", lastEventId[0]);
    }
    HttpResponse<Stream<String>> response = client.send(request.build(), BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream;");
    return response.body().filter(line -> !line.isEmpty()).toList();
  }

  private static List<String> data(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .map(line -> line.replaceAll("\"at\":\"[^\"]*\"", "\"at\":\"…\""))
        .toList();
  }

  /** As a handler emits it. */
  private void emit(UUID id, String value) throws SQLException {
    try (Connection connection = world.database().connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO tenon.job_logs"
                    + " (job_id, attempt, level, message, data, logged_at, lease, number, version)"
                    + " VALUES (?, 1, 'info', '', ?::json, now(), 1, 1, 1)")) {
      insert.setObject(1, id);
      insert.setString(2, value);
      insert.executeUpdate();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamContinuesAfterACut(ServletContainer container) throws Exception {
    world.startWorker();
    UUID id = world.submit("wing.step");
    world.awaitStatus(id, JobStatus.COMPLETED);
    emit(id, "{\"page\": 7}");
    ServletContainer.Running running =
        container.start(new JobEventServlet(streams), true, "/app", "/job-events");
    try {
      URI uri =
          URI.create(
              "http://%s:%d/app/job-events?token=%s"
                  .formatted(ServletContainer.HOST, running.port(), streams.token(id)));
      List<String> all = lines(uri);
      assertThat(data(all))
          .containsExactly(
              "{\"level\":\"info\",\"message\":\"Reading wing.step\",\"at\":\"…\"}",
              "{\"attempt\":1,\"run\":1,\"value\":{\"page\":7}}",
              "{\"percent\":100}",
              "{\"status\":\"completed\",\"attempt\":1,\"ended\":true}");
      List<String> ids = all.stream().filter(line -> line.startsWith("id: ")).toList();
      String first = ids.get(0).substring("id: ".length());
      assertThat(data(lines(uri, first))).isEqualTo(data(all).subList(1, 4));
      // Nothing follows, so the browser is told not to come again
      String last = ids.get(3).substring("id: ".length());
      assertThat(handle(streams.token(id), last).status()).isEqualTo(204);
      await("no stream is open").until(() -> streams.openStreams() == 0);
    } finally {
      running.stop().run();
    }
  }

  @Test
  void aUserSeesTheirJobInTheBrowser() throws Exception {
    world.startWorker();
    UUID id = world.submit("slow.step");
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(threads);
    server.createContext("/job-events", streams.handler());
    server.createContext("/order", exchange -> page(exchange, streams.token(id)));
    server.start();
    try (Browser browser = Browser.start()) {
      browser.open(URI.create("http://localhost:" + server.getAddress().getPort() + "/order"));
      assertThat(browser.find("#status[data-status='running']").getText()).isEqualTo("running");
      assertThat(browser.find("#progress[value='40']").getTagName()).isEqualTo("progress");
      world.plant.mayEnd.countDown();
      assertThat(browser.find("#status[data-status='completed']").getText()).isEqualTo("completed");
      assertThat(browser.find("#log li").getText()).isEqualTo("Reading slow.step");
      await("no stream is open").until(() -> streams.openStreams() == 0);
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  /** What an application would serve. */
  private static void page(HttpExchange exchange, String token) throws IOException {
    byte[] html =
        """
        <!DOCTYPE html>
        <title>Order</title>
        <p id="status"></p>
        <progress id="progress" max="100"></progress>
        <ol id="log"></ol>
        <script>
          const events = new EventSource("/job-events?token=%s");
          const on = (name, show) => events.addEventListener(name, e => show(JSON.parse(e.data)));
          on("progress", job => document.getElementById("progress").setAttribute("value", job.percent));
          on("status", job => {
            const status = document.getElementById("status");
            status.textContent = job.status;
            status.dataset.status = job.status;
            if (job.ended) events.close();
          });
          on("log", line => {
            const item = document.createElement("li");
            item.textContent = line.message;
            document.getElementById("log").append(item);
          });
        </script>
        """
            .formatted(token)
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, html.length);
      exchange.getResponseBody().write(html);
    }
  }
}
