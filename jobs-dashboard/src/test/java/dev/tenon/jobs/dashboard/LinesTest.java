package dev.tenon.jobs.dashboard;

import static dev.tenon.jobs.dashboard.Html.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.operate.AuditQuery;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Blocked keys of jobs that run in order, and what an operator does about them. */
class LinesTest {

  private static final SubmitOptions NOW = SubmitOptions.by("cad");
  private static final SubmitOptions LATER = NOW.withDelay(Duration.ofDays(1));
  private static final String TYPE = "/types/part.change";

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.ACT);
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static UUID submit(String part, String change, SubmitOptions options) {
    return world.plantJobs.partChange().submit(new PartChange(part, change), options).jobId();
  }

  private static String page(String path) {
    return Html.page(dashboard, path);
  }

  private static void awaitNext(UUID job) {
    await()
        .atMost(World.PATIENCE)
        .until(() -> world.jobs.lines().place(job).orElseThrow().isNext());
  }

  private static List<String> audited(UUID job) {
    return world
        .runtime
        .monitor()
        .audit()
        .list(AuditQuery.all().withTarget(job.toString()))
        .items()
        .stream()
        .map(entry -> entry.by() + ": " + entry.action() + ", " + entry.reason().orElse(""))
        .toList();
  }

  @Test
  void aBlockedKeyIsListedAndAnOperatorLetsOthersPass() {
    UUID first = submit("<b>17</b>", "drill", LATER);
    UUID second = submit("<b>17</b>", "paint", NOW);
    UUID third = submit("<b>17</b>", "pack", NOW);
    UUID alone = submit("18", "drill", LATER);
    awaitNext(first);
    awaitNext(alone);

    assertThat(page(TYPE))
        .contains("Blocked keys", "&lt;b&gt;17&lt;/b&gt;", "/jobs/" + first + "\"")
        .doesNotContain("<b>17</b>", "/jobs/" + second + "\"");
    assertThat(page("/jobs/" + third))
        .contains(
            "It waits in the line of the jobs with the key", "for job " + first, "which is due at");
    assertThat(page("/jobs/" + first)).contains("Let others pass…");

    String path = "/jobs/" + first + "/let-pass";
    assertThat(location(dashboard.handle(World.post(path, "reason", "the drill is broken"))))
        .startsWith("/jobs/" + first)
        .contains("may%20pass%20this%20job");

    assertThat(audited(first)).containsExactly("ada: let jobs pass, the drill is broken");
    assertThat(page("/jobs/" + first))
        .contains("lets others pass")
        .doesNotContain("Let others pass…");
    awaitNext(second);
    assertThat(page(TYPE)).doesNotContain("Blocked keys");
    assertThat(page("/jobs/" + second)).doesNotContain("It waits in the line");
    assertThat(location(dashboard.handle(World.post(path, "reason", "again")))).contains("already");
    assertThat(audited(first)).hasSize(1);
  }

  @Test
  void lettingOthersPassNeedsAReasonTheRightAndALine() {
    UUID job = submit("19", "drill", LATER);
    String path = "/jobs/" + job + "/let-pass";
    assertThat(dashboard.handle(World.post(path, "reason", "")).status()).isEqualTo(400);
    try (JobDashboard viewer = world.dashboard(Right.READ)) {
      assertThat(Html.page(viewer, "/jobs/" + job)).doesNotContain("Let others pass…");
      assertThat(viewer.handle(World.post(path, "reason", "why")).status()).isEqualTo(403);
    }
    UUID without = world.plantJobs.mailSend().submit(new MailSend("ann"), LATER).jobId();
    assertThat(page("/jobs/" + without)).doesNotContain("Let others pass…");
    assertThat(
            dashboard
                .handle(World.post("/jobs/" + without + "/let-pass", "reason", "why"))
                .status())
        .isEqualTo(409);
    assertThat(audited(job)).isEmpty();
  }
}
