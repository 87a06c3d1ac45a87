package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The versions that run, and what each would leave behind. */
class VersionsTest {

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.READ);
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  @Test
  void eachVersionSaysWhatItWouldLeaveBehind() throws Exception {
    assertThat(Html.page(dashboard, "/versions"))
        .contains("No workers of Java applications are live.");
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              """
              INSERT INTO tenon.workers
                (id, host, process_id, process, types, versions, concurrency, module, application_version) VALUES
                ('w-old', 'a', 7, gen_random_uuid(), '{cad.convert}', '{1}', 4, 'shop.ShopJobsModule', '1.4.0'),
                ('w-new', 'b', 7, gen_random_uuid(), '{cad.convert}', '{2}', 4, 'shop.ShopJobsModule', '1.5.0');
              UPDATE tenon.workers SET heartbeat_at = now() + interval '1 day'
              """);
    }

    String page = Html.page(dashboard, "/versions").replace("&#x27;", "'").replace("&#39;", "'");

    assertThat(page)
        .contains("shop.ShopJobsModule", "1.4.0", "1.5.0", ">w-old<", ">w-new<")
        .contains("<span class=\"badge s-paused\">after</span>")
        .contains("Live workers know version 2 of 'cad.convert', and the build version 1.")
        .contains("<span class=\"badge s-ok\">go</span>");
    assertThat(Html.page(dashboard, "/workers")).contains("/versions\">Versions of applications");
  }

  @Test
  void whoMayNotSeeAllTypesMayNotSeeVersions() {
    DashboardUser user = DashboardUser.of("eve", Right.READ).withRight("cad.convert", Right.NONE);
    try (JobDashboard other = world.dashboard(user)) {
      assertThat(other.handle(World.get("/versions")).status()).isEqualTo(403);
    }
    assertThat(dashboard.handle(World.post("/versions")).status()).isEqualTo(405);
  }
}
