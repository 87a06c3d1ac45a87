package dev.tenon.clients.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.clients.LabelJobs;
import dev.tenon.clients.LabelPrint;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * The functions do what the golden session says, which the tests in Python hold the client against,
 * and which {@code docs/wire-contract.md} shows.
 */
@Tag("servers")
class WireContractTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path DOCS = Path.of("../../docs");
  private static final String ROLE = "wire_contract_" + UUID.randomUUID().toString().substring(24);

  private final Map<String, String> realIds = new LinkedHashMap<>();

  private static JsonNode session(String file) {
    return JSON.readTree(DOCS.resolve("wire-contract/" + file + ".json").toFile());
  }

  @Test
  void theSqlOfTheGoldenSessionGivesItsRows() throws Exception {
    assertThat(run(session("session"), "grant_worker")).isGreaterThan(25);
  }

  @Test
  void theSqlOfTheGoldenSubmitsGivesItsRows() throws Exception {
    assertThat(run(session("submits"), "grant_submitter")).isGreaterThan(9);
  }

  /** Runs the statements of a session, as a role with its grants. Returns their number. */
  private int run(JsonNode session, String grant) throws Exception {
    int calls = 0;
    try (PostgresDatabase database = PostgresDatabase.shared();
        JobsRuntime runtime =
            JobsRuntime.builder()
                .database(database.url(), database.user(), database.password())
                .closeOnShutdown(false)
                .start();
        Connection worker = database.connect()) {
      try {
        become(worker, session, grant);
        for (JsonNode step : session.get("steps")) {
          prepare(runtime, step);
          if (step.has("sql")) {
            check(worker, session, step);
            calls++;
          }
        }
      } finally {
        execute(worker, "RESET ROLE");
        execute(worker, "DROP OWNED BY " + ROLE);
        execute(worker, "DROP ROLE " + ROLE);
      }
    }
    return calls;
  }

  @Test
  void thePageShowsTheGoldenSession() throws IOException {
    for (String file : List.of("session", "submits")) {
      assertThat(page()).contains("```sql\n" + shown(session(file)) + "```\n");
    }
  }

  @Test
  void thePageShowsTheGoldenMessage() throws IOException {
    JsonNode published =
        JSON.readTree(DOCS.resolve("wire-contract/messages.json").toFile()).get("published");
    assertThat(page())
        .contains(hexDump(published.get("body").asString()))
        .contains(
            "| header `tenon-installation` | `"
                + published.get("headers").get("tenon-installation").asString()
                + "` |");
  }

  private static String page() throws IOException {
    return Files.readString(DOCS.resolve("wire-contract.md"));
  }

  private static void become(Connection connection, JsonNode session, String grant)
      throws SQLException {
    execute(connection, "CREATE ROLE " + ROLE);
    for (JsonNode type : session.get("grants")) {
      execute(
          connection,
          "SELECT tenon." + grant + "('" + ROLE + "', ARRAY['" + type.asString() + "'])");
    }
    execute(connection, "SET ROLE " + ROLE);
  }

  private void prepare(JobsRuntime runtime, JsonNode step) {
    if (step.has("submit")) {
      JsonNode submit = step.get("submit");
      SubmitOptions options = SubmitOptions.defaults();
      if (submit.has("itemId")) {
        options = options.withItemId(submit.get("itemId").asString());
      }
      for (var header : submit.path("headers").properties()) {
        options =
            options.withHeader(Header.ofString(header.getKey()), header.getValue().asString());
      }
      UUID id =
          new LabelJobs(runtime.jobs())
              .labelPrint()
              .submit(
                  new LabelPrint(submit.get("text").asString(), submit.get("copies").asInt()),
                  options.withSubmittedBy(submit.get("submittedBy").asString()))
              .jobId();
      realIds.put(submit.get("job").asString(), id.toString());
    }
    if (step.has("cancel")) {
      String id = realIds.get(step.get("cancel").get("job").asString());
      runtime.jobs().cancel(UUID.fromString(id), Actor.of("ann"));
    }
  }

  private void check(Connection worker, JsonNode session, JsonNode step) throws SQLException {
    String sql = withRealIds(step.get("sql").asString());
    if (step.has("error")) {
      JsonNode error = step.get("error");
      assertThatThrownBy(() -> rows(worker, sql, step))
          .isInstanceOfSatisfying(
              PSQLException.class,
              thrown -> {
                ServerErrorMessage said = thrown.getServerErrorMessage();
                assertThat(said.getSQLState()).isEqualTo(error.get("sqlstate").asString());
                assertThat(said.getMessage().replace(ROLE, session.get("role").asString()))
                    .isEqualTo(error.get("message").asString());
              });
    } else {
      assertThat(rows(worker, sql, step)).as(sql).isEqualTo(step.get("rows"));
    }
  }

  private ArrayNode rows(Connection worker, String sql, JsonNode step) throws SQLException {
    String asJson = "SELECT to_jsonb(r) FROM (" + sql.replaceFirst(";$", "") + ") AS r";
    ArrayNode rows = JSON.createArrayNode();
    try (Statement statement = worker.createStatement();
        ResultSet found = statement.executeQuery(asJson)) {
      while (found.next()) {
        String row = found.getString(1);
        if (step.has("jobs")) {
          realIds.put(
              step.get("jobs").get(rows.size()).asString(),
              JSON.readTree(row).get("job_id").asString());
        }
        rows.add(JSON.readTree(withGoldenIds(row)));
      }
    }
    return rows;
  }

  private String withRealIds(String text) {
    String replaced = text;
    for (Map.Entry<String, String> id : realIds.entrySet()) {
      replaced = replaced.replace(id.getKey(), id.getValue());
    }
    return replaced;
  }

  private String withGoldenIds(String text) {
    String replaced = text;
    for (Map.Entry<String, String> id : realIds.entrySet()) {
      replaced = replaced.replace(id.getValue(), id.getKey());
    }
    return replaced;
  }

  /** The session as people read it: comments, statements, and what they give. */
  private static String shown(JsonNode session) {
    List<String> lines = new ArrayList<>();
    for (JsonNode step : session.get("steps")) {
      if (step.has("comment")) {
        if (!lines.isEmpty()) {
          lines.add("");
        }
        lines.add("-- " + step.get("comment").asString());
      }
      if (step.has("sql")) {
        lines.add(step.get("sql").asString());
        lines.addAll(given(step));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static List<String> given(JsonNode step) {
    if (step.has("error")) {
      JsonNode error = step.get("error");
      return List.of(
          "-- ERROR " + error.get("sqlstate").asString() + ": " + error.get("message").asString());
    }
    List<String> rows = new ArrayList<>();
    step.get("rows").forEach(row -> rows.add("-- " + row));
    return rows.isEmpty() ? List.of("-- (no rows)") : rows;
  }

  private static String hexDump(String ascii) {
    StringBuilder dump = new StringBuilder();
    for (int start = 0; start < ascii.length(); start += 16) {
      String part = ascii.substring(start, Math.min(start + 16, ascii.length()));
      StringBuilder hex = new StringBuilder();
      part.chars().forEach(c -> hex.append("%02x ".formatted(c)));
      dump.append("%04x  %-48s %s%n".formatted(start, hex, part));
    }
    return dump.toString();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
