package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each function for workers in other languages is called with a huge value in each of its
 * parameters, one at a time, and with line breaks: whatever it says, it stores nothing large and
 * nothing that forges a line. The functions and their parameters come from PostgreSQL's catalog, so
 * that none is forgotten.
 */
@Tag("servers")
class ExternalTextsTest {

  private static final JobDefinition<Order, Receipt> PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class).external(true).build();

  private static final int HUGE = 2_000_000;

  /** The largest row is an attempt with a stack trace. */
  private static final int MAX_ROW_BYTES = 40_000;

  private static final Set<String> REFUSALS = Set.of("22023", "54000", "42501");

  /** How a call is made that succeeds, unless one of its parameters is another. */
  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("worker", "'python-1'"),
          Map.entry("types", "ARRAY['test.order.print']"),
          Map.entry("versions", "ARRAY[1]"),
          Map.entry("max_jobs", "1"),
          Map.entry("job_id", "'%s'"),
          Map.entry("lease", "1"),
          Map.entry("percent", "50"),
          Map.entry("level", "'info'"),
          Map.entry("message", "'m'"),
          Map.entry("error_class", "'E'"),
          Map.entry("error_message", "'e'"),
          Map.entry("name", "'pack'"),
          Map.entry("state", "'done'"),
          Map.entry("signals", "ARRAY['paid']"),
          Map.entry("signal", "'paid'"),
          Map.entry("signal_id", "'x'"),
          Map.entry("error", "'e'"),
          Map.entry("value", "'1'"),
          Map.entry("payload", "'{}'"),
          Map.entry("payloads", "ARRAY['{}']::json[]"),
          Map.entry("type", "'test.order.print'"),
          Map.entry("submitted_by", "'u'"),
          Map.entry("cancelled_by", "'u'"),
          Map.entry("watcher", "gen_random_uuid()"),
          Map.entry("job_ids", "ARRAY['%s'::uuid]"),
          Map.entry("sent_by", "'u'"),
          Map.entry("number", "1"),
          Map.entry("delay", "interval '1 hour'"));

  private record Parameter(String name, String type, boolean isOptional) {}

  private record Function(String name, List<Parameter> parameters) {}

  @Tag("thorough")
  @Test
  void noParameterOfAnyFunctionBringsInALargeTextOrForgesALine() throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobService jobs =
          fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(PRINT)))).jobs();
      try (ExternalWorker worker =
              ExternalWorker.start(fixture.database(), "python-1", PRINT.type());
          Connection owner = fixture.database().connect()) {
        execute(
            owner,
            "SELECT tenon.grant_submitter('%s', ARRAY['%s'])"
                .formatted(worker.role(), PRINT.type()));
        List<Function> functions = functions(owner);
        assertThat(functions).hasSizeGreaterThanOrEqualTo(24);
        int calls = 0;
        for (Function function : functions) {
          for (Parameter parameter : function.parameters()) {
            for (String value : values(parameter.type())) {
              worker.heartbeat();
              UUID id = jobs.submit(PRINT, new Order("lamp", 2), SubmitOptions.by("u")).jobId();
              long lease =
                  function.name().equals("claim") ? 0 : worker.claimOne(PRINT.type()).lease();
              assertThat(lease).isLessThanOrEqualTo(1);
              call(worker.connection(), function, parameter, value, id);
              calls++;
              assertNothingLarge(owner, function.name() + " with a huge " + parameter.name());
              execute(
                  owner,
                  "CALL by_test.truncate_jobs(); TRUNCATE tenon.job_logs, tenon.job_steps,"
                      + " tenon.job_signals, tenon.job_cursors");
            }
          }
        }
        assertThat(calls).isGreaterThan(60);
        assertThat(forgedNames(owner)).isZero();
      }
    }
  }

  /** A worker id that came into the table before ids were checked. */
  @Test
  void theIdOfALostWorkerForgesNoLineOfTheLog() throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.maintenance")) {
      JobService jobs =
          fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(200))).jobs();
      UUID id = jobs.submit(PRINT, new Order("lamp", 2), SubmitOptions.by("u")).jobId();
      try (Connection owner = fixture.database().connect()) {
        execute(
            owner,
            "UPDATE /* by the test */ by_test.jobs SET status = 'running', lease = 1, attempts = 1,"
                + " started_at = now(), worker_id = E'python-1\\n"
                + "ERROR forged'");
      }
      await("the worker is lost")
          .atMost(Fixture.PATIENCE)
          .until(() -> jobs.get(id).status() != JobStatus.RUNNING);
      await("and that is logged")
          .atMost(Fixture.PATIENCE)
          .until(() -> log.warnings().stream().anyMatch(line -> line.contains("is lost")));
      assertThat(log.lines()).noneMatch(line -> line.contains("\n"));
      assertThat(log.warnings())
          .anyMatch(line -> line.startsWith("Worker python-1\\nERROR forged is lost"));
    }
  }

  private static List<String> values(String type) {
    String large = "repeat('x', " + HUGE + ")";
    return switch (type) {
      case "text" -> List.of(large, "E'python-1\\nERROR forged'");
      case "text[]" -> List.of("ARRAY[" + large + "]");
      case "json" -> List.of("to_json(" + large + ")");
      default -> List.of();
    };
  }

  private static void call(
      Connection connection, Function function, Parameter changed, String value, UUID jobId)
      throws SQLException {
    List<String> arguments = new ArrayList<>();
    for (Parameter parameter : function.parameters()) {
      String usual = USUAL.get(parameter.name());
      if (parameter.equals(changed)) {
        arguments.add(parameter.name() + " => " + value);
      } else if (!parameter.isOptional()) {
        assertThat(usual).as(parameter.name() + " of " + function.name()).isNotNull();
        arguments.add(parameter.name() + " => " + usual.formatted(jobId));
      }
    }
    String sql =
        "SELECT * FROM tenon." + function.name() + "(" + String.join(", ", arguments) + ")";
    try {
      execute(connection, sql);
    } catch (SQLException e) {
      assertThat(REFUSALS).as(sql + ": " + e.getMessage()).contains(e.getSQLState());
      assertThat(e.getMessage()).as(sql).hasSizeLessThan(2_000).doesNotContain("\nERROR forged");
    }
  }

  private static void assertNothingLarge(Connection owner, String what) throws SQLException {
    for (String table :
        List.of(
            "job_data",
            "live_jobs",
            "ended_jobs",
            "earlier_attempts",
            "job_logs",
            "job_steps",
            "job_signals",
            "job_cursors",
            "workers",
            "claims",
            "job_headers",
            "job_audit")) {
      try (Statement statement = owner.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT coalesce(max(octet_length(t::text)), 0) FROM tenon." + table + " t")) {
        row.next();
        assertThat(row.getInt(1)).as(what + ": a row of " + table).isLessThan(MAX_ROW_BYTES);
      }
    }
  }

  private static int forgedNames(Connection owner) throws SQLException {
    try (Statement statement = owner.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM tenon.workers WHERE id ~ '[[:cntrl:]]' OR host ~"
                    + " '[[:cntrl:]]'")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static List<Function> functions(Connection owner) throws SQLException {
    List<Function> functions = new ArrayList<>();
    try (PreparedStatement query =
            owner.prepareStatement(
                "SELECT p.proname, p.pronargs - p.pronargdefaults AS required,"
                    + " p.proargnames[1:p.pronargs] AS names, ARRAY(SELECT format_type(t, NULL)"
                    + " FROM unnest(p.proargtypes::oid[]) AS t) AS types FROM (SELECT"
                    + " tenon.worker_functions() UNION SELECT tenon.submitter_functions()) AS f (f)"
                    + " JOIN pg_proc p ON p.oid = f.f");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        String[] names = (String[]) rows.getArray("names").getArray();
        String[] types = (String[]) rows.getArray("types").getArray();
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
          parameters.add(new Parameter(names[i], types[i], i >= rows.getInt("required")));
        }
        functions.add(new Function(rows.getString("proname"), parameters));
      }
    }
    return functions;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
