package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How workers are found among others. */
class WorkersTest {

  private static final List<String> ALL = List.of("w-old", "w-new", "w-python");

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() throws Exception {
    world = new World();
    dashboard = world.dashboard(Right.READ);
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              """
              INSERT INTO tenon.workers (id, host, process_id, process, types, versions, concurrency) VALUES
                ('w-old', 'Plant-1', 7, gen_random_uuid(), '{cad.convert,mail.send}', '{1,3}', 4),
                ('w-new', 'plant-2', 7, gen_random_uuid(), '{cad.convert,mail.send}', '{2,3}', 4);
              INSERT INTO tenon.workers (id, host, process_id, role, concurrency) VALUES ('w-python', 'office', 7, 'py', 1);
              INSERT INTO tenon.worker_grants (role, type) VALUES ('py', 'mail.send');
              UPDATE tenon.workers SET heartbeat_at = now() + interval '1 day'
              """);
    }
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'', w-old w-new w-python",
    "type=cad.convert, w-old w-new",
    "type=mail.send, w-old w-new w-python",
    "type=cad.convert&version=1, w-old",
    "type=cad.convert&version=3, ''",
    "type=mail.send&version=3, w-old w-new",
    "version=2, w-new",
    "host=plant, w-old w-new",
    "host=PLANT-1, w-old",
    "host=%25, ''",
    "host=office&type=cad.convert, ''",
  })
  void filtersFindWhatMeetsAllOfThem(String query, String expected) {
    String page = Html.page(dashboard, "/workers?" + query);

    assertThat(ALL.stream().filter(id -> page.contains(">" + id + "<")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(expected.split(" ", -1)).filter(id -> !id.isEmpty()).toList());
    assertThat(page.contains("No matching workers.")).isEqualTo(expected.isEmpty());
  }

  @Test
  void versionsAreShown() {
    assertThat(Html.page(dashboard, "/workers"))
        .contains("cad.convert, mail.send version 3", "cad.convert version 2, mail.send version 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version=x", "version=99999999999"})
  void whatIsNoVersionIsRefused(String query) {
    assertThat(dashboard.handle(World.get("/workers?" + query)).status()).isEqualTo(400);
  }

  @Test
  void nobodyLooksForATypeThatTheyMayNotSee() {
    DashboardUser user = DashboardUser.of("eve", Right.READ).withRight("cad.convert", Right.NONE);
    try (JobDashboard other = world.dashboard(user)) {
      assertThat(other.handle(World.get("/workers?type=cad.convert")).status()).isEqualTo(403);
      assertThat(Html.page(other, "/workers")).doesNotContain("cad.convert");
    }
  }

  @Test
  void aWorkerIsQuietedAndResumedWithARecord() {
    try (JobDashboard acting = world.dashboard(Right.ACT)) {
      assertThat(Html.page(dashboard, "/workers?host=office")).doesNotContain("Quiet");
      assertThat(Html.page(acting, "/workers?host=office")).contains("Drain…");

      assertThat(
              Html.location(
                  acting.handle(
                      World.post("/workers/quiet", "worker", "w-python", "reason", "a new disk"))))
          .contains("claims%20no%20more%20jobs");
      assertThat(Html.page(acting, "/workers?host=office"))
          .contains(">draining</span>", "Resume…")
          .doesNotContain("Drain…");
      assertThat(Html.page(acting, "/audit")).contains("quiet worker", "w-python", "a new disk");

      assertThat(
              Html.location(
                  acting.handle(
                      World.post("/workers/resume", "worker", "w-python", "reason", "it is in"))))
          .contains("claims%20jobs%20again");
      assertThat(Html.page(acting, "/workers?host=office")).doesNotContain(">draining</span>");
    }
  }

  @Test
  void onlyALiveWorkerIsAskedToClaimNothingMore() throws Exception {
    try (JobDashboard acting = world.dashboard(Right.ACT);
        var connection = world.database().connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO tenon.workers (id, host, process_id, concurrency, heartbeat_at)"
              + " VALUES ('w-lost', 'cellar', 7, 1, now() - interval '1 hour')");

      assertThat(Html.page(acting, "/workers?host=cellar"))
          .contains(">lost</span>")
          .doesNotContain("Drain…");
      statement.execute("DELETE FROM tenon.workers WHERE id = 'w-lost'");
    }
  }

  @Test
  void whoMayNotActOnEverythingQuietsNobody() {
    DashboardUser some = DashboardUser.of("eve", Right.ACT).withRight("cad.convert", Right.READ);
    for (DashboardUser user : List.of(DashboardUser.of("bob", Right.READ), some)) {
      try (JobDashboard other = world.dashboard(user)) {
        assertThat(
                other
                    .handle(World.post("/workers/quiet", "worker", "w-old", "reason", "x"))
                    .status())
            .isEqualTo(403);
        assertThat(Html.page(other, "/workers")).doesNotContain("Drain…");
      }
    }
    assertThat(Html.page(dashboard, "/workers?host=plant-1")).doesNotContain(">draining</span>");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    try (JobDashboard acting = world.dashboard(Right.ACT)) {
      assertThat(
              acting
                  .handle(World.post("/workers/quiet", "worker", "nobody", "reason", "x"))
                  .status())
          .isEqualTo(409);
      assertThat(acting.handle(World.post("/workers/quiet", "worker", "w-old")).status())
          .isEqualTo(400);
      assertThat(
              acting.handle(World.post("/workers/kill", "worker", "w-old", "reason", "x")).status())
          .isEqualTo(404);
    }
  }
}
