package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time that charts and lists are about. */
class PeriodTest {

  /** Half an hour ago. */
  private static Instant recent;

  /** Two days ago. */
  private static Instant older;

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() throws Exception {
    recent = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(30));
    older = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofDays(2));
    world = new World();
    dashboard = world.dashboard(Right.ACT);
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      for (Map.Entry<Instant, Integer> ended :
          Map.of(recent, 4_321, recent.plusSeconds(300), 8_000, older, 7_654).entrySet()) {
        statement.execute(
            "INSERT INTO tenon.job_statistics SELECT s, date_bin(s * interval '1 second', '"
                + ended.getKey()
                + "', 'epoch'), 'mail.send', 'completed', "
                + ended.getValue()
                + ", 1, 1, 1, 1 FROM (VALUES (60), (600), (3600)) w (s) ON CONFLICT (step_seconds,"
                + " at, type, outcome) DO UPDATE SET attempts = job_statistics.attempts +"
                + " excluded.attempts");
      }
      statement.execute(
          "INSERT INTO tenon.job_failures (at, type, fingerprint, error_reason, failures,"
              + " error_class, last_at, last_job_id) VALUES ('"
              + older
              + "', 'mail.send', 'f', 'exception', 12, 'com.example.OldException', '"
              + older
              + "', gen_random_uuid())");
    }
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static String range(Instant from, Duration length) {
    return "from=" + from + "&to=" + from.plus(length);
  }

  /** A number as tiles and tables have it. */
  private static String shown(long number) {
    return Format.number(number);
  }

  @Test
  void theOverviewIsAboutTheRange() {
    String page = Html.page(dashboard, "/?" + range(recent, Duration.ofMinutes(2)));

    assertThat(page)
        .contains(shown(4_321), "Back to live", "Attempts finished per minute")
        .contains("value=\"" + recent.toString().replace(":00Z", "") + "\"")
        .doesNotContain(shown(8_000), shown(12_321), "aria-current=\"true\"");
    assertThat(Html.page(dashboard, "/"))
        .contains("completed, last hour", "aria-current=\"true\"")
        .doesNotContain("Back to live");
  }

  @ParameterizedTest
  @CsvSource({
    // Hours ago, minutes long, seconds of a step
    "1, 60, 60",
    "2, 30, 60",
    "5, 30, 600",
    "48, 1440, 600",
    "200, 5, 3600",
    "700, 40000, 21600",
  })
  void chartsHaveTheFinestStepsThatAreKept(long ago, long minutes, long step) {
    Instant from = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofHours(ago));

    String json =
        Html.page(dashboard, "/data/overview?" + range(from, Duration.ofMinutes(minutes)));

    assertThat(json).startsWith("{\"step\":" + step + ",\"at\":[");
    String[] at = json.replaceAll(".*\"at\":\\[([^\\]]*)\\].*", "$1").split(",", -1);
    assertThat(Long.parseLong(at[0]))
        .isBetween(from.getEpochSecond() - step + 1, from.getEpochSecond());
    assertThat(at.length).isBetween(1, 302);
  }

  @Test
  void stepsOfTenMinutesHaveWhatIsOld() {
    assertThat(Html.page(dashboard, "/data/overview?" + range(older, Duration.ofHours(1))))
        .contains("\"completed\":[7654,0,0,0,0,0]");
    assertThat(Html.page(dashboard, "/failures?" + range(older, Duration.ofHours(1))))
        .contains("OldException", ">12<");
    assertThat(Html.page(dashboard, "/failures")).doesNotContain("OldException");
  }

  private static String moved(String path, String zone) {
    return Html.location(
            dashboard.handle(World.get(path).withHeader("Cookie", "tenon-display=zone=" + zone)))
        .replace("%3A", ":");
  }

  @Test
  void anAddressMeansTheSameInEveryZone() {
    assertThat(moved("/?span=day&from=2026-01-02T10:00&to=2026-01-02T11:30", "Asia/Kolkata"))
        .isEqualTo("/?from=2026-01-02T04:30:00Z&to=2026-01-02T06:00:00Z");
    assertThat(moved("/failures?to=2026-01-02T11:30", "UTC"))
        .isEqualTo("/failures?to=2026-01-02T11:30:00Z&from=2026-01-02T10:30:00Z");
    assertThat(moved("/?from=" + recent, "UTC")).startsWith("/?from=" + recent + "&to=20");
    assertThat(moved("/jobs?by=a&since=1h&from=2026-01-02T10:00&to=", "America/New_York"))
        .isEqualTo("/jobs?by=a&from=2026-01-02T15:00:00Z");
    // The address that it leads to is that of the page
    String range = range(recent, Duration.ofMinutes(7));
    for (String path : new String[] {"/?", "/failures?", "/jobs?"}) {
      assertThat(dashboard.handle(World.get(path + range)).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=2026-01-02T10:00:00Z&to=2026-01-02T10:00:00Z",
        "from=2026-01-02T11:00:00Z&to=2026-01-02T10:00:00Z",
        "from=2020-01-02T11:00:00Z&to=2021-01-02T10:00:00Z",
        "from=-999999999-01-01T00:00:00Z&to=2021-01-02T10:00:00Z",
        "from=2199-01-02T11:00:00Z&to=2199-02-02T10:00:00Z",
        "from=yesterday&to=today"
      })
  void whatIsNoRangeIsRefused(String range) {
    for (String path : new String[] {"/?", "/failures?", "/data/overview?"}) {
      DashboardResponse response = dashboard.handle(World.get(path + range));
      assertThat(response.status()).describedAs(path).isEqualTo(400);
      assertThat(response.text()).doesNotContain("Exception", "java.");
    }
  }

  @Test
  void jobsTheirExportAndWhatIsDoneToAllOfThemAreThoseOfTheRange() throws Exception {
    UUID id =
        world
            .plantJobs
            .mailSend()
            .submit(
                new MailSend("a@example.com"),
                SubmitOptions.by("ranged").withDelay(Duration.ofDays(1)))
            .jobId();
    Instant at = world.jobs.get(id).submittedAt().truncatedTo(ChronoUnit.SECONDS);
    String in = "/jobs?by=ranged&" + range(at.minusSeconds(60), Duration.ofMinutes(2));
    String before = "/jobs?by=ranged&" + range(at.minusSeconds(120), Duration.ofMinutes(1));

    assertThat(Html.page(dashboard, in)).contains("/jobs/" + id);
    assertThat(Html.page(dashboard, before)).doesNotContain("/jobs/" + id);
    assertThat(export(in)).contains(id.toString());
    assertThat(export(before)).doesNotContain(id.toString());
    assertThat(Html.page(dashboard, in.replace("/jobs?", "/bulk?action=cancel&")))
        .contains("Cancel 1 job<", "name=\"from\"", "name=\"to\"");
    assertThat(Html.page(dashboard, before.replace("/jobs?", "/bulk?action=cancel&")))
        .contains("No jobs to change.");
    assertThat(
            dashboard
                .handle(World.get("/jobs?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"))
                .status())
        .isEqualTo(400);
  }

  private static String export(String path) throws Exception {
    var out = new java.io.ByteArrayOutputStream();
    dashboard.handle(World.get(path.replace("/jobs?", "/jobs/export.csv?"))).stream()
        .orElseThrow()
        .writeTo(out);
    return out.toString(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Map<String, Instant> times(Browser browser) {
    return Stream.of(String.valueOf(browser.run("return location.search")).substring(1).split("&"))
        .map(pair -> pair.replace("%3A", ":").split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> Instant.parse(pair[1])));
  }

  @Test
  void draggingOverAChartZoomsAndThereIsAWayBack() throws Exception {
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.READ), 0);
        Browser browser = Browser.start()) {
      browser.open(server.uri());
      // The last hour: 60 points, of which the middle half is 30 minutes
      browser.drag("#throughput .u-over", 0.25, 0.75);
      browser.awaitText("Back to live");

      Map<String, Instant> times = times(browser);
      Instant from = Objects.requireNonNull(times.get("from"));
      Instant to = Objects.requireNonNull(times.get("to"));
      assertThat(Duration.between(from, to))
          .isBetween(Duration.ofMinutes(27), Duration.ofMinutes(32));
      assertThat(from.getEpochSecond() % 60).isZero();
      assertThat(from).isBefore(recent.plusSeconds(300));
      assertThat(to).isAfter(recent);
      assertThat(browser.find(".tiles").getText()).contains(shown(12_321));
      browser.find("#throughput .u-over");

      // A click alone changes nothing
      browser.drag("#latency .u-over", 0.5, 0.5);
      assertThat(times(browser)).isEqualTo(times);

      // A colleague in another zone gets the same time
      URI address = URI.create(String.valueOf(browser.run("return location.href")));
      browser.click("Display");
      browser.choose("zone", "another");
      browser.type("name", "Asia/Kolkata");
      browser.click("Apply");
      browser.awaitText("Asia/Kolkata");
      assertThat(URI.create(String.valueOf(browser.run("return location.href"))))
          .isEqualTo(address);
      assertThat(browser.run("return document.querySelector('[name=from]').value"))
          .isEqualTo(from.atZone(java.time.ZoneId.of("Asia/Kolkata")).toLocalDateTime().toString());
      assertThat(browser.find(".tiles").getText()).contains(shown(12_321));

      browser.click("Back to live");
      browser.awaitText("completed, last hour");
      assertThat(browser.run("return location.search")).isEqualTo("");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void theFieldsSetTheRangeOnAPhone() throws Exception {
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.READ), 0);
        Browser browser = Browser.start()) {
      browser.size(390, 900);
      browser.open(server.uri());
      browser.run(
          "document.querySelector('[name=from]').value = '"
              + older.toString().replace(":00Z", "")
              + "'; document.querySelector('[name=to]').value = '"
              + older.plusSeconds(3600).toString().replace(":00Z", "")
              + "'");
      browser.click("Show");
      browser.awaitText(shown(7_654));

      assertThat(times(browser)).isEqualTo(Map.of("from", older, "to", older.plusSeconds(3600)));
      assertThat(
              browser.run(
                  "return Array.from(document.querySelectorAll('main *')).filter(e =>"
                      + " e.getBoundingClientRect().right > innerWidth + 1).length"))
          .isEqualTo(0L);
      browser.click("Jobs submitted in this period");
      browser.awaitText("No matching jobs.");
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
