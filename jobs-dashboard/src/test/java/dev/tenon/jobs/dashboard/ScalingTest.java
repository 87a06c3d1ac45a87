package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What autoscalers ask. */
class ScalingTest {

  private static final String TOKEN = "0123456789abcdef";

  private static World world;

  @BeforeAll
  static void open() {
    world = new World();
    var unused = world.submit("a.step");
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static JobDashboard closedWithToken() {
    return JobDashboard.builder(world.runtime)
        .accessPolicy(request -> DashboardUser.nobody())
        .scalingToken(TOKEN)
        .build();
  }

  private static DashboardRequest bearing(String path, String token) {
    return World.get(path).withHeader("Authorization", "Bearer " + token);
  }

  @Test
  void theAnswerHasTheNumberOfWorkersAndWhy() {
    try (JobDashboard dashboard = world.dashboard(Right.READ)) {
      DashboardResponse all =
          World.answered(dashboard, World.get("/scaling?types=cad.*,mail.send:3&slots=4"));
      assertThat(all.status()).isEqualTo(200);
      assertThat(all.headers()).containsEntry("Content-Type", "application/json; charset=utf-8");
      assertThat(all.text())
          .startsWith(
              "{\"value\":1,\"slots\":1,\"slotsPerWorker\":4,\"busyWorkers\":0,\"liveWorkers\":0,\"types\":[{\"type\":\"cad.convert\",\"due\":1,")
          .contains("\"reason\":\"1 job is due; none has ended");
      assertThat(World.answered(dashboard, World.get("/scaling?types=mail.*")).text())
          .startsWith("{\"value\":0,");
    }
  }

  @Test
  void aTokenIsGoodForThisOnly() {
    try (JobDashboard dashboard = closedWithToken()) {
      assertThat(World.answered(dashboard, bearing("/scaling", TOKEN)).status()).isEqualTo(200);
      assertThat(dashboard.handle(bearing("/scaling", TOKEN + "0")).status()).isEqualTo(403);
      assertThat(dashboard.handle(World.get("/scaling")).status()).isEqualTo(403);
      assertThat(dashboard.handle(bearing("/jobs", TOKEN)).status()).isEqualTo(403);
      assertThat(dashboard.handle(bearing("/scaling/x", TOKEN)).status()).isEqualTo(403);
    }
    assertThatThrownBy(() -> JobDashboard.builder(world.runtime).scalingToken("short"))
        .hasMessageContaining("it must have at least 16");
  }

  @Test
  void whatIsWrongIsRefused() {
    try (JobDashboard dashboard = world.dashboard(Right.READ)) {
      DashboardResponse slots = World.answered(dashboard, World.get("/scaling?slots=x"));
      assertThat(slots.status()).isEqualTo(400);
      assertThat(slots.text()).isEqualTo("slots is 'x'; it must be a whole number.\n");
      assertThat(World.answered(dashboard, World.get("/scaling?types=a%25")).status())
          .isEqualTo(400);
      assertThat(dashboard.handle(World.post("/scaling")).status()).isEqualTo(405);
    }
    DashboardUser some = DashboardUser.of("eve", Right.READ).withRight("cad.convert", Right.NONE);
    try (JobDashboard dashboard = world.dashboard(some)) {
      assertThat(dashboard.handle(World.get("/scaling")).status()).isEqualTo(403);
    }
  }
}
