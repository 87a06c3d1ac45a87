package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.PlmJobsModule;
import dev.tenon.jobs.testservers.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The page in TypeScript, compiled and run with the worker in Python. */
@Tag("thorough")
@Tag("servers")
class WebPageTest {

  private static final String JSON = "application/json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void itSubmitsAConversionAndShowsItsProgress() throws Exception {
    try (TestStage test = new TestStage(folder, new ZooServer.Behavior(0, 0, 1, 2))) {
      Stage stage = test.stage();
      // The maintenance of Tenon is in workers in Java
      stage.startJavaWorker();
      stage.startPythonWorker();
      ChildProcess web = stage.startWebPage();
      stage.awaitReady();
      URI page = URI.create(web.readyText().replaceFirst(".* (?=http)", ""));

      assertThat(get(page).body()).contains("<h1>Convert a CAD file</h1>", "EventSource");
      HttpResponse<String> refused = order(page, "{\"source\":\"bracket.txt\",\"formats\":[]}", JSON);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("source").doesNotContain("bracket");
      assertThat(order(page, "{}", "text/plain").statusCode()).isEqualTo(415);
      assertThat(orders(stage)).isZero();

      HttpResponse<String> ordered =
          order(page, "{\"source\":\"incoming/bracket.step\",\"formats\":[\"STL\",\"GLB\"]}", JSON);
      assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(201);
      String job = MAPPER.readTree(ordered.body()).get("jobId").stringValue();
      List<JsonNode> steps = steps(page.resolve("conversions/" + job + "/events"));

      assertThat(orders(stage)).isEqualTo(1);
      assertThat(steps).hasSizeGreaterThan(1);
      assertThat(steps).extracting(step -> step.get("percent").intValue()).isSorted();
      JsonNode last = steps.get(steps.size() - 1);
      assertThat(last.get("status").stringValue()).isEqualTo("completed");
      assertThat(last.get("files").size()).isEqualTo(2);
      for (JsonNode file : last.get("files")) {
        assertThat(stage.files().resolve(file.stringValue())).isNotEmptyFile();
      }
    }
  }

  /** {@code tenon generate typescript} writes the types that are checked in. */
  @Test
  void itsTypesAreThoseOfTheDefinitions() throws Exception {
    Path definitions =
        Path.of(PlmJobsModule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JavaProcess tenon =
        JavaProcess.of("dev.tenon.jobs.cli.Tenon")
            .arguments(
                "generate",
                "typescript",
                definitions.toString(),
                "--type=cad.conversion.process",
                "--check",
                "--output=" + TestStage.root().resolve("examples/plm/web/src/jobs"))
            .start()) {
      assertThat(tenon.awaitExit(TestStage.PATIENCE)).as("%s", tenon.lines()).isZero();
    }
  }

  private HttpResponse<String> get(URI page) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> order(URI page, String body, String type)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(page.resolve("conversions"))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** The steps of a job, until the page says that it has ended. */
  private List<JsonNode> steps(URI events) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(events).timeout(TestStage.PATIENCE).build();
    try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
      return lines
          .takeWhile(line -> !line.equals("event: end"))
          .filter(line -> line.startsWith("data: "))
          .map(line -> MAPPER.readTree(line.substring("data: ".length())))
          .toList();
    }
  }

  private static long orders(Stage stage) throws Exception {
    try (Connection connection = stage.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM plm.orders WHERE ordered_by = 'web'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
