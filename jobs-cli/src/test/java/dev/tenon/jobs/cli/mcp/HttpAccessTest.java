package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which requests over HTTP are served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpAccessTest {

  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},\
      "clientInfo":{"name":"raw","version":"1"}}}""";
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}";

  private final HttpClient client = HttpClient.newHttpClient();
  private AgentWorld world;
  private URI uri;

  @BeforeAll
  void start() {
    world = new AgentWorld();
    uri = world.server(DashboardUser.of("robot", Right.READ)).uri().orElseThrow();
  }

  @AfterAll
  void stop() throws Exception {
    world.close();
  }

  private static HttpRequest.Builder request(URI at) {
    return HttpRequest.newBuilder(at)
        .timeout(Duration.ofSeconds(60))
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream");
  }

  private static HttpRequest.Builder allowed(URI at) {
    return request(at).header("Authorization", "Bearer " + AgentWorld.TOKEN);
  }

  private HttpResponse<String> post(HttpRequest.Builder request, String body)
      throws IOException, InterruptedException {
    return client.send(
        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  @Test
  void aRequestNeedsTheToken() throws Exception {
    HttpResponse<String> without = post(request(uri), INITIALIZE);
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(without.body()).contains("Authorization: Bearer TOKEN").doesNotContain("tenon");
    for (String wrong :
        new String[] {
          "Bearer",
          "Bearer ",
          "Bearer " + AgentWorld.TOKEN + "x",
          "Bearer " + AgentWorld.TOKEN.substring(1),
          "Basic " + AgentWorld.TOKEN
        }) {
      assertThat(post(request(uri).header("Authorization", wrong), INITIALIZE).statusCode())
          .as(wrong)
          .isEqualTo(401);
    }
    HttpResponse<String> begun = post(allowed(uri), INITIALIZE);
    assertThat(begun.statusCode()).isEqualTo(200);
    // A session is no token
    String session = begun.headers().firstValue("Mcp-Session-Id").orElseThrow();
    assertThat(post(request(uri).header("Mcp-Session-Id", session), LIST).statusCode())
        .isEqualTo(401);
    assertThat(post(allowed(uri).header("Mcp-Session-Id", session), LIST).body())
        .contains("find_jobs")
        .doesNotContain("cancel_job");
  }

  @Test
  void pagesOfOtherSitesAreRefused() throws Exception {
    assertThat(post(allowed(uri).header("Origin", "https://evil.example"), INITIALIZE).statusCode())
        .isEqualTo(403);
    assertThat(post(allowed(uri).header("Origin", "null"), INITIALIZE).statusCode()).isEqualTo(403);
    // Another name for this machine, as in DNS rebinding; the client of the JDK cannot send it
    try (Socket socket = new Socket(uri.getHost(), uri.getPort());
        InputStream in = socket.getInputStream()) {
      socket
          .getOutputStream()
          .write(
              "POST /mcp HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\n\r\n"
                  .formatted(AgentWorld.TOKEN)
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] answer = in.readNBytes(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 421");
    }
  }

  @Test
  void wrongRequestsAreRefusedWithTheReason() throws Exception {
    assertThat(post(allowed(uri.resolve("/")), INITIALIZE).statusCode()).isEqualTo(404);
    assertThat(post(allowed(uri), LIST).body()).contains("Mcp-Session-Id is missing");
    HttpResponse<String> gone = post(allowed(uri).header("Mcp-Session-Id", "none"), LIST);
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(gone.body()).contains("Send 'initialize' again");
    assertThat(post(allowed(uri), "{").statusCode()).isEqualTo(400);
    assertThat(post(allowed(uri), "7").statusCode()).isEqualTo(400);
    assertThat(post(allowed(uri), "{\"a\":\"" + "x".repeat(1024 * 1024) + "\"}").statusCode())
        .isEqualTo(413);
    assertThat(
            post(
                    HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + AgentWorld.TOKEN)
                        .header("Content-Type", "text/plain"),
                    INITIALIZE)
                .statusCode())
        .isEqualTo(415);
    HttpResponse<String> get = client.send(allowed(uri).GET().build(), BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("Allow")).contains("POST, DELETE");
  }

  @Test
  void aSessionEndsWhenItsClientDeletesIt() throws Exception {
    String session =
        post(allowed(uri), INITIALIZE).headers().firstValue("Mcp-Session-Id").orElseThrow();
    HttpResponse<String> deleted =
        client.send(
            allowed(uri).header("Mcp-Session-Id", session).DELETE().build(),
            BodyHandlers.ofString());
    assertThat(deleted.statusCode()).isEqualTo(204);
    assertThat(post(allowed(uri).header("Mcp-Session-Id", session), LIST).statusCode())
        .isEqualTo(404);
  }

  @Test
  void whoMayDoNothingIsNotServed() throws Exception {
    URI closed = world.server(DashboardUser.of("robot", Right.NONE)).uri().orElseThrow();
    assertThat(post(allowed(closed), INITIALIZE).statusCode()).isEqualTo(403);
  }
}
