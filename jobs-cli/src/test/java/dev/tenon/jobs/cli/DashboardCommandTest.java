package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.operate.AuditQuery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dashboard that the command serves, as a browser sees it. */
class DashboardCommandTest {

  private static final int PATIENCE_MILLIS = 30_000;
  private static final Pattern ADDRESS = Pattern.compile("http://localhost:\\d+/");

  private final HttpClient client = HttpClient.newHttpClient();
  private Installation installation;

  @BeforeEach
  void start() {
    installation = new Installation();
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  private interface Look {
    void at(URI dashboard) throws Exception;
  }

  /** Runs the command until somebody has looked at what it serves; gives what it printed. */
  private String serving(Look look, String... arguments) throws Exception {
    StringWriter err = new StringWriter();
    AtomicInteger code = new AtomicInteger(-1);
    try (PipedWriter out = new PipedWriter();
        BufferedReader printed = new BufferedReader(new PipedReader(out))) {
      Thread command =
          new Thread(
              () ->
                  code.set(
                      Tenon.run(
                          new PrintWriter(out),
                          new PrintWriter(err),
                          new BufferedReader(new StringReader("")),
                          installation.environment(),
                          arguments)));
      command.start();
      String line = printed.readLine();
      try {
        Matcher address = ADDRESS.matcher(line);
        assertThat(address.find()).as(line).isTrue();
        look.at(URI.create(address.group()));
      } finally {
        command.interrupt();
        command.join(PATIENCE_MILLIS);
      }
      assertThat(command.isAlive()).isFalse();
      assertThat(code).hasValue(0);
      assertThat(err.toString()).isEmpty();
      return line;
    }
  }

  private HttpResponse<String> get(URI at) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(at).timeout(Duration.ofMillis(PATIENCE_MILLIS)).build(),
        BodyHandlers.ofString());
  }

  private int pause(URI dashboard) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(dashboard.resolve("/types/mail.send/pause"))
                .timeout(Duration.ofMillis(PATIENCE_MILLIS))
                .header("Sec-Fetch-Site", "same-origin")
                .POST(HttpRequest.BodyPublishers.ofString("reason=no+mail+server"))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private boolean isPaused() {
    return installation.jobs().types().get("mail.send").isPaused();
  }

  @Test
  void itIsReadOnlyByDefault() throws Exception {
    String line =
        serving(
            dashboard -> {
              assertThat(InetAddress.getByName(dashboard.getHost()).isLoopbackAddress()).isTrue();
              HttpResponse<String> types = get(dashboard.resolve("/types"));
              assertThat(types.statusCode()).isEqualTo(200);
              assertThat(types.body()).contains("mail.send", "read-only");
              assertThat(pause(dashboard)).isEqualTo(403);
            },
            "dashboard");

    assertThat(line).endsWith("(read). Press Ctrl-C to stop it.");
    assertThat(isPaused()).isFalse();
  }

  @Test
  void whatIsAllowedIsRecorded() throws Exception {
    String line =
        serving(
            dashboard -> assertThat(pause(dashboard)).isEqualTo(303),
            "dashboard",
            "--allow=act",
            "--by=ann",
            "--json");

    assertThat(line).contains("\"allows\":\"act\"");
    assertThat(isPaused()).isTrue();
    assertThat(
            installation
                .runtime
                .monitor()
                .audit()
                .list(AuditQuery.all().withLimit(1))
                .items()
                .get(0)
                .by())
        .isEqualTo("ann");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Command command =
          Command.run(installation.environment(), "dashboard", "--port=" + taken.getLocalPort())
              .exitsWith(1);

      assertThat(command.err())
          .contains("Cannot serve the dashboard on port " + taken.getLocalPort());
    }
    assertThat(
            Command.run(installation.environment(), "dashboard", "--port=70000").exitsWith(2).err())
        .contains("The port is 70000");
  }
}
