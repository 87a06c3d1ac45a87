package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, whatever the pages show. */
class RightsTest {

  private static World world;
  private static UUID mail;
  private static UUID design;

  @BeforeAll
  static void open() {
    world = new World();
    world.startWorker();
    SubmitOptions later = SubmitOptions.by("t").withDelay(Duration.ofDays(1));
    mail = world.plantJobs.mailSend().submit(new MailSend("a@example.com"), later).jobId();
    design = world.plantJobs.cadConvert().submit(World.convert("a.step"), later).jobId();
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @Test
  void withoutAPolicyThereIsNoDashboard() {
    assertThatThrownBy(() -> JobDashboard.builder(world.runtime).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no access policy")
        .hasMessageContaining("accessPolicy(…)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/jobs",
        "/failures",
        "/types",
        "/schedules",
        "/workflows",
        "/workers",
        "/status",
        "/audit",
        "/events",
        "/data/overview",
        "/assets/dashboard.css",
        "/nothing"
      })
  void nobodySeesAnything(String path) {
    try (JobDashboard dashboard = world.dashboard(DashboardUser.nobody())) {
      DashboardResponse response = dashboard.handle(World.get(path));

      assertThat(response.status()).isEqualTo(403);
      assertThat(response.text()).isEqualTo("You may not view this dashboard.\n");
      assertThat(response.stream()).isEmpty();
    }
  }

  @Test
  void aPolicyThatFailsLetsNobodyIn() {
    try (JobDashboard dashboard =
        JobDashboard.builder(world.runtime)
            .accessPolicy(
                request -> {
                  throw new IllegalStateException("the directory is away");
                })
            .build()) {
      DashboardResponse response = dashboard.handle(World.get("/jobs"));

      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).doesNotContain("directory", mail.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel", "retry", "now", "priority", "delete"})
  void whoMayReadChangesNoJobByADirectPost(String action) {
    try (JobDashboard dashboard = world.dashboard(Right.READ)) {
      DashboardResponse response =
          dashboard.handle(
              World.post("/jobs/" + mail + "/" + action, "reason", "x", "priority", "high"));

      assertThat(response.status()).isEqualTo(403);
      assertThat(world.jobs.get(mail).status()).isEqualTo(JobStatus.PENDING);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/types/mail.send/pause",
        "/types/mail.send/override",
        "/schedules/mail.send/run",
        "/schedules/mail.send/pause",
        "/bulk"
      })
  void whoMayReadChangesNothingElseByADirectPost(String path) {
    try (JobDashboard dashboard = world.dashboard(Right.READ)) {
      DashboardResponse response =
          dashboard.handle(
              World.post(
                  path, "reason", "x", "action", "cancel", "count", "2", "maxConcurrent", "1"));

      assertThat(response.status()).isEqualTo(403);
      assertThat(world.jobs.types().get("mail.send").isPaused()).isFalse();
      assertThat(world.jobs.schedules().get("mail.send").isPaused()).isFalse();
      assertThat(world.jobs.count(JobQuery.all().withStatus(JobStatus.CANCELLED))).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/types/mail.send/override",
        "/types/mail.send/clear",
        "/schedules/mail.send/backfill"
      })
  void whoMayActDoesNotAdminister(String path) {
    try (JobDashboard dashboard = world.dashboard(Right.ACT)) {
      assertThat(
              dashboard
                  .handle(
                      World.post(
                          path,
                          "reason",
                          "x",
                          "maxConcurrent",
                          "1",
                          "from",
                          "2026-01-01T00:00",
                          "to",
                          "2026-02-01T00:00"))
                  .status())
          .isEqualTo(403);
      assertThat(
              dashboard
                  .handle(World.post("/bulk", "action", "delete", "reason", "x", "count", "2"))
                  .status())
          .isEqualTo(403);
      assertThat(dashboard.handle(World.get("/jobs/" + mail)).text()).doesNotContain("/delete\"");
    }
  }

  @Test
  void pagesShowNoActionToWhoMayOnlyRead() {
    try (JobDashboard dashboard = world.dashboard(Right.READ)) {
      for (String path : List.of("/jobs", "/jobs/" + mail, "/types/mail.send", "/schedules")) {
        String page = dashboard.handle(World.get(path)).text();
        // Above it, everybody chooses theme and time zone
        assertThat(page.substring(page.indexOf("<main")))
            .doesNotContain("method=\"post\"", "/bulk");
      }
    }
  }

  @Test
  void aTypeThatAUserMayNotSeeIsNowhere() {
    DashboardUser user = DashboardUser.of("eve", Right.READ).withRight("cad.convert", Right.NONE);
    try (JobDashboard dashboard = world.dashboard(user)) {
      assertThat(dashboard.handle(World.get("/jobs")).text())
          .contains(mail.toString())
          .doesNotContain(design.toString(), "cad.convert");
      for (String path :
          List.of(
              "/jobs/" + design,
              "/jobs?type=cad.convert",
              "/types/cad.convert",
              "/events?job=" + design,
              // Its numbers are about all types
              "/events")) {
        DashboardResponse response = dashboard.handle(World.get(path));
        assertThat(response.status()).describedAs(path).isEqualTo(403);
        assertThat(response.text()).describedAs(path).doesNotContain("cad.convert");
        assertThat(response.stream()).isEmpty();
      }
      for (String path : List.of("/", "/types", "/failures", "/schedules", "/workers")) {
        assertThat(dashboard.handle(World.get(path)).text())
            .describedAs(path)
            .doesNotContain("cad.convert");
      }
    }
  }

  @Test
  void aRightToOneTypeIsOneToThatTypeOnly() {
    DashboardUser user = DashboardUser.of("mia", Right.NONE).withRight("mail.send", Right.ACT);
    try (JobDashboard dashboard = world.dashboard(user)) {
      assertThat(dashboard.handle(World.get("/jobs")).text())
          .contains(mail.toString())
          .doesNotContain(design.toString());
      for (String path : List.of("/audit", "/workers", "/status", "/workflows")) {
        assertThat(dashboard.handle(World.get(path)).status()).isEqualTo(403);
      }
      assertThat(
              dashboard.handle(World.post("/jobs/" + design + "/cancel", "reason", "x")).status())
          .isEqualTo(403);
      // Without a type, a bulk operation is about those that the user may change
      assertThat(dashboard.handle(World.get("/bulk?action=cancel&by=t")).text())
          .contains("Cancel 1 job<");
      assertThat(
              dashboard
                  .handle(
                      World.post(
                          "/bulk",
                          "action",
                          "cancel",
                          "ids",
                          design.toString(),
                          "reason",
                          "x",
                          "count",
                          "1"))
                  .headers()
                  .get("Location"))
          .contains("0%20of%200");
      assertThat(world.jobs.get(design).status()).isEqualTo(JobStatus.PENDING);
    }
  }
}
