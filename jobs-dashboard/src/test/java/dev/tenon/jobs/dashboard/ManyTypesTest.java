package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the pages stay useful with hundreds of job types, some with long names. */
class ManyTypesTest {

  private static final int TYPES = 300;
  private static final String LONG =
      "warehouse.deliveries.second-level-retry-of-deliveries-to-partners-in-other-countries";

  private final World world = new World();
  private JobDashboard dashboard;

  @BeforeEach
  void fill() throws SQLException {
    dashboard = world.dashboard(Right.ADMINISTER);
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement()) {
      // The last one has failed, and the one before it is paused
      statement.execute(
          """
          INSERT INTO tenon.job_types (type)
          SELECT 'area.task' || to_char(n, 'FM000') FROM generate_series(1, %d) AS n
          UNION ALL SELECT '%s';
          UPDATE tenon.job_types SET paused_at = now(), paused_by = 'ada', pause_reason = 'Stocktaking'
          WHERE type = 'area.task299';
          INSERT INTO tenon.job_statistics
          SELECT 60, date_trunc('minute', now()), type, outcome, 10, 1, 1, 1, 1
          FROM tenon.job_types, unnest(ARRAY['completed', 'failed']) AS outcome
          WHERE starts_with(type, 'area') AND (outcome = 'completed' OR type = 'area.task300');
          INSERT INTO tenon.job_failures (at, type, fingerprint, error_reason, failures, last_at, last_job_id)
          SELECT date_trunc('hour', now()), type, 'f', 'exception', 1, now(), gen_random_uuid() FROM tenon.job_types
          """
              .formatted(TYPES, LONG));
    }
  }

  @AfterEach
  void stop() {
    dashboard.close();
    world.close();
  }

  private static long rows(String page) {
    return Pattern.compile("<tr(?: class=\"bad\")?><td data-label").matcher(page).results().count();
  }

  @Test
  void theOverviewShowsTheTypesThatNeedAttention() {
    String page = Html.page(dashboard, "/");

    assertThat(rows(page)).isEqualTo(50);
    assertThat(page)
        .contains("area.task299</a>", "area.task300</a>", "The 50 of 300 types")
        .doesNotContain("area.task298</a>");
    assertThat(rows(Html.page(dashboard, "/?span=hour&all=true"))).isEqualTo(TYPES);
  }

  @Test
  void typesAreSearchedByNameAndState() {
    assertThat(Html.page(dashboard, "/types?name=TASK29"))
        .contains("10 of 306 types", "area.task290</a>")
        .doesNotContain("area.task280</a>");
    assertThat(Html.page(dashboard, "/types?state=paused"))
        .contains("1 of 306 types", "area.task299</a>", "selected>paused</option>");
    assertThat(Html.page(dashboard, "/types?state=paused&name=mail"))
        .contains("No matching types.");
    assertThat(Html.page(dashboard, "/types?name=Conversion+of"))
        .contains("1 of 306 types", "cad.convert</a>");
    assertThat(dashboard.handle(World.get("/types?state=tired")).status()).isEqualTo(400);
  }

  @Test
  void schedulesAreSearchedByNameTypeAndState() {
    assertThat(Html.page(dashboard, "/schedules")).contains("mail.send", "1 schedule<");
    assertThat(Html.page(dashboard, "/schedules?name=MAIL")).contains("1 schedule<");
    assertThat(Html.page(dashboard, "/schedules?name=parts")).contains("No matching schedules.");
    assertThat(Html.page(dashboard, "/schedules?state=paused")).contains("No matching schedules.");
  }

  @Test
  void failuresSayThatThereMayBeMore() {
    assertThat(Html.page(dashboard, "/failures")).contains("Only the most recent are shown.");
  }

  @Test
  void failuresOfOtherTypesHideNone() {
    try (JobDashboard other =
        world.dashboard(DashboardUser.of("eve", Right.NONE).withRight(LONG, Right.READ))) {
      assertThat(Html.page(other, "/failures"))
          .contains(LONG)
          .doesNotContain("No failures in this period.", "Only the most recent", "area.task");
    }
  }

  @Test
  void longNamesFitOnAPhone() throws Exception {
    try (DashboardServer server = DashboardServer.start(dashboard, 0);
        Browser browser = Browser.start()) {
      for (String page :
          new String[] {"", "jobs", "failures", "types", "types/" + LONG, "schedules", "workers"}) {
        for (int width : new int[] {390, 1280}) {
          browser.size(width, 900);
          browser.open(server.uri().resolve("/" + page));
          browser.find("main h1");
          assertThat(browser.run(FITS)).describedAs(page + " at " + width).isEqualTo(true);
        }
        // All pages are reached from one line
        assertThat(browser.find("nav ul").getSize().getHeight()).describedAs(page).isLessThan(50);
      }
      browser.size(390, 900);
      browser.click("Display");
      assertThat(
              browser.run(
                  "return document.querySelector('.display form').getBoundingClientRect().left"))
          .satisfies(left -> assertThat(((Number) left).doubleValue()).isNotNegative());
    }
  }

  private static final String FITS =
      "return document.documentElement.scrollWidth <= document.documentElement.clientWidth;";
}
