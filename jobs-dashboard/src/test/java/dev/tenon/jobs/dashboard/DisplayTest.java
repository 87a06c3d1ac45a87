package dev.tenon.jobs.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Theme and time zone, as each user chooses them. */
class DisplayTest {

  private static final Instant DUE = Instant.parse("2100-07-01T12:34:56Z");

  private static World world;
  private static JobDashboard dashboard;
  private static UUID later;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.ADMINISTER);
    later =
        world
            .plantJobs
            .mailSend()
            .submit(new MailSend("a@example.com"), SubmitOptions.by("t").withRunAt(DUE))
            .jobId();
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  /** The page of a job as a browser gets it that has chosen something. */
  private static String page(String cookie) {
    DashboardResponse response =
        dashboard.handle(
            World.get("/jobs/" + later)
                .withHeader("Cookie", "other=1; tenon-display=" + cookie + "; more=2"));
    assertThat(response.status()).describedAs(response.text()).isEqualTo(200);
    return response.text();
  }

  private static DashboardResponse choose(String... fields) {
    return dashboard.handle(World.post("/display", fields));
  }

  private static String cookie(DashboardResponse response) {
    assertThat(response.status()).describedAs(response.text()).isEqualTo(303);
    return String.valueOf(response.headers().get("Set-Cookie"));
  }

  @Test
  void timesAndTheNameOfTheZoneFollowTheChoice() {
    assertThat(page("theme=dark&zone=Asia%2FTokyo"))
        .contains("<span id=\"zone\">Asia/Tokyo</span>", "2100-07-01 21:34:56")
        .contains("It is due at 2100-07-01 21:34:56.")
        .doesNotContain("12:34:56 UTC", "due at 2100-07-01T12");
    // Elsewhere it stands at fields, and where one points at a time
    assertThat(
            page("zone=Asia%2FTokyo")
                .replaceAll("(?s)<form.*?</form>|<[^>]*>", "")
                .split("Asia/Tokyo", -1))
        .hasSize(2);
    assertThat(page("theme=dark")).contains("<span id=\"zone\">UTC</span>", "12:34:56");
  }

  @Test
  void timesThatAreTypedAreInTheZone() {
    UUID id =
        world
            .plantJobs
            .mailSend()
            .submit(new MailSend("b@example.com"), SubmitOptions.by("t").withRunAt(DUE))
            .jobId();

    Html.location(
        dashboard.handle(
            World.post("/jobs/" + id + "/time", "reason", "x", "runAt", "2100-01-02T03:04")
                .withHeader("Cookie", "tenon-display=zone=America%2FNew_York")));

    assertThat(world.jobs.get(id).runAt()).isEqualTo("2100-01-02T08:04:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "theme=dark, 'content=\"dark\"', 'dark.css\" media=\"screen\"', prefers-color-scheme",
    "theme=light, 'content=\"light\"', dashboard.css, dark.css",
    "theme=system, 'content=\"light dark\"', (prefers-color-scheme: dark), 'media=\"screen\"'"
  })
  void thePageComesInItsTheme(String cookie, String scheme, String has, String hasNot) {
    assertThat(page(cookie)).contains(scheme, has).doesNotContain(hasNot);
  }

  @ParameterizedTest
  @ValueSource(strings = {"theme=pink&zone=UTC", "zone=Nowhere%2FElse", "zone=%zz", "", "&&=="})
  void whatIsKeptAndCannotBeReadIsIgnored(String cookie) {
    assertThat(page(cookie)).contains("<span id=\"zone\">UTC</span>", "content=\"light dark\"");
  }

  @Test
  void aChoiceIsKeptForAYearAndNoScriptReadsIt() {
    DashboardResponse response =
        choose("theme", "dark", "zone", "other", "name", "europe/berlin", "back", "/jobs?by=t");

    assertThat(cookie(response))
        .isEqualTo(
            "tenon-display=theme=dark&zone=Europe%2FBerlin; Path=/; Max-Age=31536000;"
                + " SameSite=Lax; HttpOnly");
    assertThat(Html.location(response)).isEqualTo("/jobs?by=t");
    assertThat(cookie(choose("zone", "browser", "browser", "Asia/Tokyo")))
        .startsWith("tenon-display=theme=system&zone=Asia%2FTokyo&browser=yes;");
    assertThat(
            cookie(
                dashboard.handle(
                    World.post("/display", "zone", "UTC").withBasePath("/admin/jobs"))))
        .contains("; Path=/admin/jobs;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "x"})
  void itLeadsToNoOtherSite(String back) {
    assertThat(Html.location(choose("zone", "UTC", "back", back))).isEqualTo("/");
  }

  @ParameterizedTest
  @CsvSource({
    "zone, Mars/Olympus, There is no time zone 'Mars/Olympus'",
    "zone, browser, Enter the browser's time zone",
    "zone, other, Enter the name of a time zone",
    "theme, pink, it must be system"
  })
  void whatIsNotThereIsRefused(String field, String value, String message) {
    DashboardResponse response = choose(field, value);

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text().replace("&#x27;", "'").replace("&#39;", "'")).contains(message);
    assertThat(response.headers()).doesNotContainKey("Set-Cookie");
  }

  @Test
  void anotherSiteChoosesNothing() {
    DashboardResponse response =
        dashboard.handle(
            World.post("/display", "theme", "dark").withHeader("Sec-Fetch-Site", "cross-site"));

    assertThat(response.status()).isEqualTo(403);
    assertThat(response.headers()).doesNotContainKey("Set-Cookie");
  }

  @Test
  void aBrowserChoosesAndTheChartsAndTheLogFollow() throws Exception {
    world.startWorker();
    UUID slow = world.submit("slow.step");
    world.awaitStatus(slow, JobStatus.RUNNING);
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.READ), 0);
        Browser browser = Browser.start()) {
      browser.open(server.uri().resolve("/jobs?status=running"));
      String light = background(browser);
      browser.click("Display");
      browser.choose("theme", "dark");
      browser.choose("zone", "another");
      browser.type("name", "Asia/Kolkata");
      browser.click("Apply");

      browser.awaitText("Asia/Kolkata");
      assertThat(browser.run("return location.pathname + location.search"))
          .isEqualTo("/jobs?status=running");
      assertThat(background(browser)).isNotEqualTo(light);
      browser.open(server.uri().resolve("/jobs/" + slow));
      assertThat(browser.find("#log time").getText()).isEqualTo(logged(slow, "Asia/Kolkata"));
      browser.open(server.uri());
      browser.find("#throughput .u-over");
      assertThat(browser.run("return document.getElementById('charts').dataset.zone"))
          .isEqualTo("Asia/Kolkata");
      assertThat(browser.complaints()).isEmpty();
    } finally {
      world.plant.mayEnd.countDown();
    }
  }

  private static String logged(UUID id, String zone) {
    return new Format(Clock.systemUTC(), ZoneId.of(zone))
        .absolute(world.jobs.logs(id).items().get(0).loggedAt());
  }

  @Test
  void linesOfALogThatComeLaterHaveTheZoneOfEachPage() {
    world.startWorker();
    UUID id = world.submit("a.step");
    world.awaitStatus(id, JobStatus.COMPLETED);
    for (String zone : List.of("Asia/Kolkata", "America/New_York")) {
      DashboardResponse.Stream stream =
          dashboard
              .handle(
                  World.get("/events?job=" + id).withHeader("Cookie", "tenon-display=zone=" + zone))
              .stream()
              .orElseThrow();
      await()
          .atMost(World.PATIENCE)
          .untilAsserted(
              () -> {
                byte[] event = stream.poll().orElse(null);
                assertThat(event == null ? "" : new String(event, UTF_8))
                    .contains("event: log", "\"at\":\"" + logged(id, zone) + "\"");
              });
      stream.abandon();
    }
  }

  @Test
  void whoTravelsSeesTheZoneOfTheirBrowser() throws Exception {
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.READ), 0);
        Browser browser = Browser.start()) {
      browser.zone("Europe/Berlin");
      browser.open(server.uri().resolve("/types"));
      browser.click("Display");
      browser.choose("zone", "this browser’s: Europe/Berlin");
      browser.click("Apply");
      await().atMost(World.PATIENCE).until(() -> zone(browser).equals("Europe/Berlin"));

      browser.zone("America/New_York");
      browser.reload();

      await().atMost(World.PATIENCE).until(() -> zone(browser).equals("America/New_York"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static String zone(Browser browser) {
    return String.valueOf(browser.run("return document.getElementById('zone')?.textContent"));
  }

  private static String background(Browser browser) {
    return String.valueOf(browser.run("return getComputedStyle(document.body).backgroundColor"));
  }
}
