package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What broke others: scripts in stored texts, requests from other sites, paths that climb. */
class SecurityTest {

  private static final String SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

  private static World world;
  private static JobDashboard dashboard;
  private static UUID poisoned;

  @BeforeAll
  static void open() throws Exception {
    world = new World();
    dashboard = world.dashboard(Right.ADMINISTER);
    poisoned =
        world
            .plantJobs
            .cadConvert()
            .submit(
                World.convert(SCRIPT),
                SubmitOptions.by(SCRIPT).withDelay(Duration.ofDays(1)).withItemId(SCRIPT))
            .jobId();
    world.jobs.types().pause("mail.send", Actor.of(SCRIPT, SCRIPT));
    world.jobs.schedules().pause("mail.send", Actor.of(SCRIPT, SCRIPT));
    // What a worker in another language, or a forged row, may leave behind
    sql(
        "INSERT INTO tenon.job_audit (done_by, action, target, reason, outcome)"
            + " SELECT x, x, x, x, x FROM (VALUES (?)) v (x)",
        SCRIPT);
    sql(
        "UPDATE by_test.jobs SET payload = ?::json",
        "{" + quoted(SCRIPT) + ": " + quoted(SCRIPT) + "}");
    sql("UPDATE by_test.jobs SET error_class = ?, error_reason = 'exception'", SCRIPT);
    sql("UPDATE by_test.jobs SET error_message = ?", SCRIPT);
    sql("UPDATE /* by the test */ by_test.jobs SET worker_id = ?", SCRIPT);
    sql(
        "INSERT INTO tenon.earlier_attempts (job_id, lease, attempt, worker_id, started_at, finished_at,"
            + " outcome, error_class, error_message, stack, fingerprint, error_reason)"
            + " SELECT id, 1, 1, x, now(), now(), 'failed', x, x, x, x, 'exception'"
            + " FROM tenon.jobs, (VALUES (?)) v (x)",
        SCRIPT);
    sql(
        "INSERT INTO tenon.job_logs (job_id, attempt, level, message, data, logged_at)"
            + " SELECT id, 1, 'info', x, to_json(x), now() FROM tenon.jobs, (VALUES (?)) v (x)",
        SCRIPT);
    sql(
        "INSERT INTO tenon.job_failures SELECT date_trunc('hour', now()), x, x, 'exception', 1, x, x,"
            + " now(), gen_random_uuid() FROM (VALUES (?)) v (x)",
        SCRIPT);
    sql(
        "INSERT INTO tenon.job_statistics SELECT s, date_trunc('minute', now()), x, 'completed', 1,"
            + " 1, 1, 1, 1 FROM (VALUES (?)) v (x), (VALUES (60), (600), (3600)) w (s)",
        SCRIPT);
    sql("INSERT INTO tenon.job_types (type) VALUES (?)", SCRIPT);
    sql(
        "INSERT INTO tenon.workers (id, host, process_id, concurrency, types, versions) SELECT x, x, 1,"
            + " 1, ARRAY[x], ARRAY[1] FROM (VALUES (?)) v (x)",
        SCRIPT);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\\\"") + "\"";
  }

  private static void sql(String statement, String value) throws Exception {
    try (Connection connection = world.database().connect();
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.setString(1, value);
      prepared.executeUpdate();
    }
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static List<String> pages() {
    return List.of(
        "/",
        "/jobs",
        "/jobs/" + poisoned,
        "/jobs?error=" + Parameters.encode(SCRIPT),
        "/jobs?item=" + Parameters.encode(SCRIPT) + "&by=" + Parameters.encode(SCRIPT),
        "/bulk?action=cancel&by=" + Parameters.encode(SCRIPT),
        "/failures",
        "/types",
        "/types/mail.send",
        "/types/" + Parameters.encode(SCRIPT),
        "/schedules",
        "/workers",
        "/status",
        "/audit",
        "/audit?done=" + Parameters.encode(SCRIPT));
  }

  @Test
  void storedTextsAreShownAsTexts() {
    for (String path : pages()) {
      DashboardResponse response = dashboard.handle(World.get(path));
      assertThat(response.status()).describedAs(path + " " + response.text()).isEqualTo(200);
      assertThat(response.text())
          .describedAs(path)
          .doesNotContain("<script>", "<img src=x", "'><", "\"><script");
    }
    assertThat(dashboard.handle(World.get("/jobs/" + poisoned)).text())
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
  }

  @Test
  void aLinkCannotMakeThePageSayThatSomethingWasDone() {
    assertThat(dashboard.handle(World.get("/jobs?done=All+jobs+were+deleted&seal=x")).text())
        .doesNotContain("All jobs were deleted");

    String location =
        dashboard
            .handle(World.post("/types/mail.send/resume", "reason", "x"))
            .headers()
            .get("Location");
    assertThat(dashboard.handle(World.get(location)).text())
        .contains("<p class=\"notice\" role=\"status\">Type mail.send was resumed.</p>");
    assertThat(dashboard.handle(World.get(location.replace("resumed", "deleted"))).text())
        .doesNotContain("class=\"notice\"");
    world.jobs.types().pause("mail.send", Actor.of(SCRIPT, SCRIPT));
  }

  @Test
  void charactersThatHideOthersAreVisible() {
    UUID id =
        world
            .plantJobs
            .cadConvert()
            .submit(
                World.convert("a\u202egnp.exe"),
                SubmitOptions.by("t\u0007").withDelay(Duration.ofDays(1)).withItemId("i\u2066x"))
            .jobId();

    assertThat(dashboard.handle(World.get("/jobs/" + id)).text())
        .contains("a\\u202egnp.exe", "t\\u0007", "i\\u2066x")
        .doesNotContain("\u202e", "\u0007", "\u2066");
    assertThat(Json.quote("a\u202eb")).isEqualTo("\"a\\\\u202eb\"");
  }

  @Test
  void textsOfARequestAreShownAsTexts() {
    for (String path :
        List.of(
            "/jobs?status=" + Parameters.encode(SCRIPT),
            "/jobs/" + Parameters.encode(SCRIPT),
            "/types/nothing" + Parameters.encode(SCRIPT),
            "/" + Parameters.encode(SCRIPT))) {
      DashboardResponse response = dashboard.handle(World.get(path));
      assertThat(response.status()).isBetween(400, 404);
      assertThat(response.text()).doesNotContain("<script>", "<img src=x");
    }
  }

  @Test
  void noPageHasAnythingInline() {
    for (String path : pages()) {
      assertThat(dashboard.handle(World.get(path)).text())
          .describedAs(path)
          .doesNotContain(" style=", "<style", "javascript:")
          .doesNotContainPattern("<script(?![^>]* src=)")
          .doesNotContainPattern("<[a-z]+[^>]* on[a-z]+=");
    }
  }

  @Test
  void everyResponseHasTheHeadersThatGuardIt() {
    for (String path :
        List.of("/", "/assets/dashboard.js", "/nothing", "/health/live", "/jobs/x")) {
      assertThat(dashboard.handle(World.get(path)).headers())
          .describedAs(path)
          .containsEntry("X-Content-Type-Options", "nosniff")
          .containsEntry("Referrer-Policy", "same-origin")
          .containsEntry("X-Frame-Options", "DENY")
          .hasEntrySatisfying(
              "Content-Security-Policy",
              policy ->
                  assertThat(policy)
                      .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                      .doesNotContain("unsafe", "*", "http"))
          .hasEntrySatisfying(
              "Cache-Control",
              value ->
                  assertThat(value)
                      .isEqualTo(
                          path.startsWith("/assets/") ? "private, max-age=3600" : "no-store"));
    }
  }

  private static DashboardRequest cancel() {
    return DashboardRequest.of("POST", "/jobs/" + poisoned + "/cancel", null)
        .withHeader("Host", "ops.example.com")
        .withBody("reason=x");
  }

  private static void assertRefused(JobDashboard by, DashboardRequest request) {
    DashboardResponse response = by.handle(request);
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.text()).startsWith("This request was refused");
    assertThat(world.jobs.get(poisoned).status()).isEqualTo(JobStatus.PENDING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none", ""})
  void requestsOfOtherSitesChangeNothing(String site) {
    assertRefused(dashboard, cancel().withHeader("Sec-Fetch-Site", site));
    assertRefused(
        dashboard,
        cancel().withHeader("Sec-Fetch-Site", site).withHeader("Origin", "http://ops.example.com"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com",
        "null",
        "https://ops.example.com.evil.com",
        "https://ops.example.com:444",
        "::"
      })
  void requestsWithAnotherOriginChangeNothing(String origin) {
    assertRefused(dashboard, cancel().withHeader("Origin", origin));
    assertRefused(
        dashboard,
        cancel().withHeader("Origin", origin).withHeader("Sec-Fetch-Site", "same-origin"));
  }

  @Test
  void requestsThatDoNotSayWhereTheyComeFromChangeNothing() {
    assertRefused(dashboard, cancel());
  }

  @Test
  void behindAProxyTheOriginIsTheOneThatIsConfigured() {
    try (JobDashboard behind =
        JobDashboard.builder(world.runtime)
            .accessPolicy(AccessPolicy.everybody("ada", Right.ACT))
            .origin("https://public.example.com")
            .build()) {
      assertRefused(behind, cancel().withHeader("Origin", "https://ops.example.com"));
      assertThat(
              behind
                  .handle(
                      DashboardRequest.of("POST", "/types/mail.send/nothing", null)
                          .withHeader("Host", "10.0.0.7:8080")
                          .withHeader("Origin", "https://public.example.com")
                          .withBody("reason=x"))
                  .status())
          .isEqualTo(404);
    }
  }

  @Test
  void aQueryThatCannotBeReadIsRefused() {
    for (String query : List.of("a=%zz", "a=1&".repeat(5_001))) {
      DashboardResponse response = dashboard.handle(DashboardRequest.of("GET", "/jobs", query));
      assertThat(response.status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post"})
  void otherMethodsMeanNothing(String method) {
    assertThat(
            dashboard
                .handle(
                    DashboardRequest.of(method, "/jobs/" + poisoned + "/cancel", null)
                        .withHeader("Sec-Fetch-Site", "same-origin")
                        .withBody("reason=x"))
                .status())
        .isEqualTo(405);
  }

  @Test
  void aGetNeverChangesAnything() {
    for (String path :
        List.of("/jobs/" + poisoned + "/cancel", "/types/mail.send/resume", "/schedules/run")) {
      assertThat(dashboard.handle(World.get(path + "?reason=x&schedule=mail.send")).status())
          .isEqualTo(404);
    }
    assertThat(world.jobs.get(poisoned).status()).isEqualTo(JobStatus.PENDING);
    assertThat(world.jobs.types().get("mail.send").isPaused()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/../JobDashboard.class",
        "/assets/%2e%2e/JobDashboard.class",
        "/assets/..%2fJobDashboard.class",
        "/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "/assets/uplot.LICENSE.txt",
        "/assets/",
        "/assets/dashboard.css%00.js"
      })
  void pathsDoNotClimb(String path) {
    DashboardResponse response = dashboard.handle(World.get(path));

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.text()).isEqualTo("There is no such file.\n");
  }
}
