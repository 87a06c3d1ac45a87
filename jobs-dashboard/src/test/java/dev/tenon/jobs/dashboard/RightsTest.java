package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
        "/schedules/run",
        "/schedules/pause",
        "/bulk"
      })
  void whoMayReadChangesNothingElseByADirectPost(String path) {
    try (JobDashboard dashboard = world.dashboard(Right.READ)) {
      DashboardResponse response =
          dashboard.handle(
              World.post(
                  path,
                  "reason",
                  "x",
                  "action",
                  "cancel",
                  "count",
                  "2",
                  "maxConcurrent",
                  "1",
                  "schedule",
                  "mail.send"));

      assertThat(response.status()).isEqualTo(403);
      assertThat(world.jobs.types().get("mail.send").isPaused()).isFalse();
      assertThat(world.jobs.schedules().get("mail.send").isPaused()).isFalse();
      assertThat(world.jobs.count(JobQuery.all().withStatus(JobStatus.CANCELLED))).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/types/mail.send/override", "/types/mail.send/clear", "/schedules/backfill"})
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
                          "2026-02-01T00:00",
                          "schedule",
                          "mail.send"))
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

  @Test
  void whoMayNotSeeTheAuditSeesTheResultOfABulkOperation() {
    UUID own =
        world
            .plantJobs
            .mailSend()
            .submit(
                new MailSend("b@example.com"), SubmitOptions.by("u").withDelay(Duration.ofDays(1)))
            .jobId();
    DashboardUser user = DashboardUser.of("mia", Right.NONE).withRight("mail.send", Right.ACT);
    DashboardRequest raise =
        World.post(
            "/bulk",
            "action",
            "priority",
            "priority",
            "high",
            "by",
            "u",
            "reason",
            "x",
            "count",
            "1");
    try (JobDashboard dashboard = world.dashboard(user)) {
      String next = Html.location(dashboard.handle(raise));

      assertThat(next).startsWith("/jobs?");
      assertThat(Html.page(dashboard, next)).contains("1 of 1 jobs changed", own.toString());
    }
    try (JobDashboard dashboard = world.dashboard(Right.ACT)) {
      assertThat(Html.location(dashboard.handle(raise))).startsWith("/audit?");
    }
  }

  @Test
  void aRenamedTypeIsFoundByItsNameWithoutTheRightToItsAlias() throws SQLException {
    UUID renamed = order("p-1");
    UUID earlier = order("p-2");
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement()) {
      for (String table : List.of("job_data", "live_jobs")) {
        statement.execute(
            "UPDATE tenon.%s SET type = 'part.purchase' WHERE id = '%s'".formatted(table, earlier));
      }
    }
    DashboardUser user = DashboardUser.of("mia", Right.NONE).withRight("part.order", Right.ACT);
    try (JobDashboard dashboard = world.dashboard(user)) {
      for (String path : List.of("/jobs?type=part.order", "/bulk?action=cancel&type=part.order")) {
        assertThat(Html.page(dashboard, path))
            .describedAs(path)
            .contains(renamed.toString())
            .doesNotContain(earlier.toString());
      }
      assertThat(dashboard.handle(World.get("/jobs?type=part.purchase")).status()).isEqualTo(403);
    }
    try (JobDashboard dashboard = world.dashboard(user.withRight("part.purchase", Right.READ))) {
      assertThat(Html.page(dashboard, "/jobs?type=part.order"))
          .contains(renamed.toString(), earlier.toString());
      assertThat(Html.page(dashboard, "/bulk?action=cancel&type=part.order"))
          .contains("Cancel 1 job<");
    }
  }

  private static UUID order(String number) {
    return world
        .plantJobs
        .partOrder()
        .submit(
            new PartOrder(
                number,
                1,
                PartOrder.Urgency.LOW,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null),
            SubmitOptions.by("order").withDelay(Duration.ofDays(1)))
        .jobId();
  }
}
