package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.dashboard.Downloads.Kind;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How entries of the audit are found and exported. */
class AuditTest {

  private static final int MANY = 2_500;

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() throws Exception {
    world = new World();
    dashboard = world.dashboard(Right.READ);
    sql(
        """
        INSERT INTO tenon.job_audit (at, done_by, action, target, reason, outcome)
        SELECT timestamptz '2026-01-01 00:00Z' + n * interval '1 minute', 'robot', 'cancel job', 'job-' || n, 'nightly', 'done'
        FROM generate_series(1, %d) n
        """
            .formatted(MANY));
    JobTypes types = world.jobs.types();
    JobTypeState unused = types.pause("mail.send", Actor.of("ann", "the outage began"));
    unused = types.resume("mail.send", Actor.of("bob", "mails flow again"));
    sql(
        """
        INSERT INTO tenon.job_audit (done_by, action, target, outcome)
        VALUES ('ann', 'cancel workflow', '=cmd|'' /C calc''!A0', 'begun')
        """);
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static void sql(String sql) throws SQLException {
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
    }
  }

  private static String page(String query) {
    return Html.page(dashboard, "/audit" + query);
  }

  private static String export(String query) throws Exception {
    DashboardResponse response = dashboard.handle(World.get("/audit/export." + query));
    assertThat(response.status()).describedAs(response.text()).isEqualTo(200);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    response.stream().orElseThrow().writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "by=ann, outage, again< nightly",
    "action=resume%20type, again, outage nightly",
    "target=mail.send, outage, nightly",
    "target=mail.send, again, nightly",
    "by=ann&action=pause%20type, outage, again< calc",
    "by=robot&from=2026-01-01T00:03&to=2026-01-01T00:05, job-4<, job-2< job-5< outage",
    "to=2026-01-01T00:02, job-1<, job-2< outage",
    "from=2026-06-01T00:00, again, nightly",
  })
  void filtersFindWhatMeetsAllOfThem(String query, String found, String notFound) {
    String page = page("?" + query);

    assertThat(page).contains(found).doesNotContain(notFound.split(" "));
  }

  @Test
  void whatIsAskedForStandsInTheForm() {
    assertThat(page("?by=ann&target=mail.send&from=2026-01-01T00:00"))
        .contains("name=\"by\" value=\"ann\"", "value=\"mail.send\"", "value=\"2026-01-01T00:00\"")
        .contains("Matching entries");
    assertThat(page("?by=nobody")).contains("No matching entries.");
  }

  @Test
  void pagesKeepTheFilters() {
    String first = page("?by=robot");
    String next = Html.next(first);
    String second = Html.page(dashboard, next);

    assertThat(next).contains("by=robot");
    assertThat(first).contains("job-" + MANY + "<", "job-" + (MANY - 99) + "<");
    assertThat(second)
        .contains("job-" + (MANY - 100) + "<")
        .doesNotContain("job-" + (MANY - 99) + "<");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/audit?from=noon", "/audit?cursor=x", "/audit/export.csv?from=noon"})
  void whatMakesNoSenseIsRefused(String path) {
    assertThat(dashboard.handle(World.get(path)).status()).isEqualTo(400);
  }

  @Test
  void whoMayNotReadEverythingHasNoExport() {
    DashboardUser user = DashboardUser.of("mia", Right.NONE).withRight("mail.send", Right.ACT);
    try (JobDashboard other = world.dashboard(user)) {
      assertThat(other.handle(World.get("/audit/export.csv")).status()).isEqualTo(403);
    }
  }

  @Test
  void aFileHasWhatThePageHas() throws Exception {
    String csv = export("csv?by=ann");
    assertThat(csv.lines().toList().get(0)).isEqualTo("id,at,by,action,target,reason,outcome");
    assertThat(csv)
        .contains(",ann,cancel workflow,'=cmd|' /C calc'!A0,,begun\r\n")
        .contains(",ann,pause type,mail.send,the outage began,done\r\n")
        .doesNotContain("bob", "robot");
    assertThat(export("json?by=bob"))
        .startsWith("{\"what\":\"entries by 'bob'\",\"entries\":[\n{\"id\":")
        .contains("\"by\":\"bob\",\"action\":\"resume type\",\"target\":\"mail.send\"")
        .endsWith("],\"count\":1,\"cut\":null,\"next\":null}\n");
  }

  @Test
  void aLongFileSaysWhereItIsCutAndTheRestIsThere() throws Exception {
    String csv = cutAt(1_100, "csv");

    List<String> lines = csv.lines().toList();
    String note = lines.get(lines.size() - 1);
    assertThat(lines).hasSize(1_102);
    assertThat(note)
        .startsWith(
            "# Cut after 1100 entries. An export has at most 1100 entries. Older entries: ");
    String rest = note.replaceAll(".*/audit/export.([^,]*),*", "$1");
    assertThat(export(rest).lines().skip(1))
        .hasSize(MANY - 1_100)
        .doesNotContainAnyElementsOf(lines);
    assertThat(cutAt(1_100, "json")).contains("\"count\":1100,\"cut\":\"An export has");
    assertThat(cutAt(MANY, "json")).contains("\"count\":" + MANY + ",\"cut\":null");
  }

  private static String cutAt(int max, String kind) {
    Call call =
        new Call(
            World.get("/audit/export." + kind + "?by=robot"),
            DashboardUser.of("ada", Right.READ),
            List.of("audit", "export." + kind),
            ExportTest.site(world));
    AuditExport export =
        new AuditExport(call, AuditQuery.all().withBy("robot"), Kind.of("export." + kind), max);
    StringBuilder file = new StringBuilder();
    for (byte @Nullable [] part = export.next(); part != null; part = export.next()) {
      file.append(new String(part, StandardCharsets.UTF_8));
    }
    return file.toString();
  }

  private static void assertIsComplete(URI uri) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
                BodyHandlers.ofString());

    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(response.headers().firstValue("Content-Disposition"))
        .get()
        .asString()
        .matches("attachment; filename=\"audit-\\d{8}T\\d{6}Z\\.csv\"");
    assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(response.body().lines().skip(1).map(line -> line.split(",", -1)[4]))
        .containsExactlyElementsOf(
            IntStream.range(0, MANY).mapToObj(n -> "job-" + (MANY - n)).toList());
  }

  @Test
  void theServerSendsAllOfIt() throws Exception {
    JobDashboard served = world.dashboard(Right.READ);
    try (DashboardServer server = DashboardServer.start(served, 0)) {
      assertIsComplete(server.uri().resolve("/audit/export.csv?by=robot"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServletSendsAllOfIt(ServletContainer container) throws Exception {
    ServletContainer.Running running =
        container.start(new DashboardServlet(dashboard), true, "", "/jobs/*");
    try {
      assertIsComplete(
          URI.create(
              "http://"
                  + ServletContainer.HOST
                  + ":"
                  + running.port()
                  + "/jobs/audit/export.csv?by=robot"));
    } finally {
      running.stop().run();
    }
  }
}
