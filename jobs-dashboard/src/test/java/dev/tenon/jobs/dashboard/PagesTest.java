package dev.tenon.jobs.dashboard;

import static dev.tenon.jobs.dashboard.Html.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.Range;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each page shows, and what its actions do. */
class PagesTest {

  private static World world;
  private static JobDashboard dashboard;
  private static UUID failed;
  private static UUID completed;
  private static UUID later;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.ADMINISTER);
    world.startWorker();
    completed = world.submit("good.step");
    world.awaitStatus(completed, JobStatus.COMPLETED);
    world.plant.isBadDeployment.set(true);
    failed = world.submit("bad.step");
    world.awaitStatus(failed, JobStatus.FAILED);
    world.plant.isBadDeployment.set(false);
    later =
        world
            .plantJobs
            .mailSend()
            .submit(
                new MailSend("bob@example.com"),
                SubmitOptions.by("shop")
                    .withDelay(Duration.ofDays(1))
                    .withItemId("order-7")
                    .withHeader(Header.ofString("tenant"), "a=<b>&"))
            .jobId();
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static String page(String path) {
    return Html.page(dashboard, path);
  }

  @Test
  void aPageOfJobsHasTheirStatusTypeAndError() {
    String page = page("/jobs");

    assertThat(page)
        .contains("/jobs/" + failed, "/jobs/" + completed, "/jobs/" + later)
        .contains("LicenseException: No license for step while reading bad.step")
        .contains("item order-7");
  }

  @Test
  void aSensitiveValueIsMasked() {
    assertThat(page("/jobs/" + later)).contains("••••").doesNotContain("bob@example.com");
  }

  @Test
  void theTypeSaysWhichValuesAreSensitive() throws Exception {
    assertThat(page("/types/mail.send"))
        .containsPattern("<td>1</td><td class=\"wrap\">to</td><td class=\"wrap\"></td>")
        .contains("Payloads and results of other versions are hidden entirely.");
    assertThat(page("/types/part.pay"))
        .contains(
            "amount, born, codes, iban, payer, purpose, shares.account, until, urgent, way</td>"
                + "<td class=\"wrap\">token</td>");
    assertThat(page("/types/part.order")).contains("No sensitive values.");
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO tenon.job_types (type) VALUES ('of.nobody')");
    }
    assertThat(page("/types/of.nobody")).contains("payloads and results are hidden entirely.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=failed",
        "error=no%20LICENSE",
        "type=cad.convert&status=failed&since=1h",
        "by=web&status=failed"
      })
  void searchesFindTheFailedJobOnly(String query) {
    String page = page("/jobs?" + query);

    assertThat(page).contains("/jobs/" + failed);
    assertThat(page).doesNotContain("/jobs/" + completed, "/jobs/" + later);
  }

  @Test
  void searchesForAnItemOrAnIdFindTheJob() {
    assertThat(page("/jobs?item=order-7")).contains("/jobs/" + later);
    String query = "header=tenant%3Da%3D%3Cb%3E%26";
    assertThat(page("/jobs?" + query))
        .contains("/jobs/" + later, "value=\"tenant&#x3D;a&#x3D;&lt;b&gt;&amp;\"")
        .doesNotContain("/jobs/" + failed);
    assertThat(page("/jobs?header=tenant%3Dother")).doesNotContain("/jobs/" + later);
    assertThat(page("/jobs/" + later))
        .contains("tenant&#x3D;a&#x3D;&lt;b&gt;&amp;", "/jobs?" + query.replace("=", "&#x3D;"));
    assertThat(location(dashboard.handle(World.get("/jobs?id=" + failed))))
        .isEqualTo("/jobs/" + failed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/jobs?status=broken",
        "/jobs?cursor=1",
        "/jobs?header=tenant",
        "/jobs?header=Tenant%3Da",
        "/jobs?since=yesterday",
        "/jobs?workflow=x",
        "/jobs/not-an-id",
        "/jobs/%zz",
        "/bulk?action=explode",
        "/failures?span=year",
        "/jobs?to=%2B999999-01-01T00:00:00Z",
        "/jobs?from=-0044-03-15T12:00:00Z",
        "/failures?to=-1000000000-01-01T00:30:00Z"
      })
  void whatMakesNoSenseIsRefusedWithAReason(String path) {
    DashboardResponse response = dashboard.handle(World.get(path));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text()).hasSizeGreaterThan(20).doesNotContain("Exception");
  }

  @Test
  void pagesFollowEachOtherByKeys() {
    List<UUID> ids =
        world
            .plantJobs
            .mailSend()
            .submitAll(
                java.util.Collections.nCopies(60, new MailSend("x@example.com")),
                SubmitOptions.by("pager").withDelay(Duration.ofDays(1)))
            .stream()
            .map(Submitted::jobId)
            .toList();

    String first = page("/jobs?by=pager");
    assertThat(first).contains("<strong>60</strong>", "rel=\"next\"");
    String second = page(Html.next(first));

    assertThat(ids.stream().filter(id -> first.contains("/jobs/" + id))).hasSize(50);
    assertThat(ids.stream().filter(id -> second.contains("/jobs/" + id))).hasSize(10);
    assertThat(second).doesNotContain("rel=\"next\"");
  }

  @Test
  void aJobHasPayloadResultLogAndAttempts() {
    String page = page("/jobs/" + completed);

    assertThat(page)
        .contains("good.step", "tolerance", "0.05", "https://files.example.com/good.step")
        .contains("Reading good.step", "Attempts", "s-completed");
  }

  @Test
  void aFailedJobHasItsErrorWithStackAndFingerprint() {
    String page = page("/jobs/" + failed);

    assertThat(page)
        .contains("LicenseException", "Fingerprint", "Plant$Converter.execute")
        .contains("The kernel has no license");
  }

  @Test
  void aWaitingJobSaysWhyItWaits() {
    assertThat(page("/jobs/" + later)).contains("Why it is waiting:", "It is due at");
  }

  @Test
  void aJobSaysWhenItMustStartAndWhyItWasCancelled() {
    SubmitOptions tomorrow = SubmitOptions.by("shop").withDelay(Duration.ofDays(1));
    MailSend mail = new MailSend("bob@example.com");
    UUID hurried =
        world
            .plantJobs
            .mailSend()
            .submit(mail, tomorrow.withStartWithin(Duration.ofHours(1)))
            .jobId();
    assertThat(page("/jobs/" + hurried)).contains("Must start before");
    assertThat(page("/jobs/" + later)).doesNotContain("Must start before");
    UUID late =
        world
            .plantJobs
            .mailSend()
            .submit(mail, SubmitOptions.by("shop").withStartBefore(Instant.EPOCH))
            .jobId();
    world.awaitStatus(late, JobStatus.CANCELLED);
    assertThat(page("/jobs/" + late))
        .contains("expired", "No worker had started the job by 1970-01-01T00:00:00.000Z")
        .doesNotContain("Must start before");
  }

  @Test
  void failuresAreGroupedByFingerprint() {
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                !world
                    .runtime
                    .monitor()
                    .failures(Range.last(Duration.ofHours(1), Instant.now()), List.of(), 10)
                    .isEmpty());

    assertThat(page("/failures"))
        .contains("LicenseException", "cad.convert", "Retry all…", "/jobs/" + failed);
    JobMonitor.FailureGroup group =
        world
            .runtime
            .monitor()
            .failures(Range.last(Duration.ofHours(1), Instant.now()), List.of(), 10)
            .get(0);
    assertThat(group.fingerprint()).isPresent();
    assertThat(group.failures()).isEqualTo(2);
    assertThat(page("/jobs?fingerprint=" + group.fingerprint().orElse(null)))
        .contains("/jobs/" + failed);
  }

  @Test
  void theOverviewSumsUpWhatEnded() {
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                world
                        .runtime
                        .monitor()
                        .activity(Range.last(Duration.ofHours(1), Instant.now()))
                        .stream()
                        .mapToLong(JobMonitor.Activity::attempts)
                        .sum()
                    >= 3);

    assertThat(page("/")).contains("cad.convert", "mail.send", "live workers");
    assertThat(page("/data/overview?span=hour"))
        .startsWith("{\"step\":60,\"at\":[")
        .contains("\"completed\":[", "\"failed\":[", "\"maxWait\":[")
        // The two attempts may have ended in two minutes
        .containsPattern("\"failed\":\\[[0-9,]*(2|1,[0-9,]*1)[0-9,]*\\]");
    assertThat(page("/?span=week")).contains("cad.convert");
  }

  @Test
  void workersTypesHealthAndSchedulesAreShown() {
    assertThat(page("/workers")).contains("live", "cad.convert");
    assertThat(page("/types")).contains("cad.convert", "Conversion of designs", "active");
    assertThat(page("/types/cad.convert")).contains("In effect", "Definition", "Routing key");
    assertThat(page("/status")).contains("database", "responding");
    assertThat(page("/schedules")).contains("mail.send", "0 6 * * MON", "declared by");
  }

  @Test
  void aTypeIsPausedOverriddenAndResumed() {
    location(dashboard.handle(World.post("/types/mail.send/pause", "reason", "no mails today")));
    assertThat(world.jobs.types().get("mail.send").isPaused()).isTrue();
    assertThat(page("/types/mail.send")).contains("no mails today", "paused", "by ada");
    location(
        dashboard.handle(
            World.post(
                "/types/mail.send/override",
                "reason",
                "fewer",
                "maxConcurrent",
                "2",
                "rates",
                "10/s, 1000/h",
                "priority",
                "low")));
    assertThat(world.jobs.types().get("mail.send").effective().limits())
        .isEqualTo(
            JobLimits.NONE
                .withMaxConcurrent(2)
                .withRates(List.of(Rate.parse("10/s"), Rate.parse("1000/h"))));
    assertThat(page("/types/mail.send")).contains("10/s, 1000/h");
    assertThat(page("/types")).contains("2 concurrent, 10/s, 1000/h");
    assertThat(
            dashboard
                .handle(
                    World.post("/types/mail.send/override", "reason", "x", "rates", "10 a second"))
                .status())
        .isEqualTo(400);
    location(
        dashboard.handle(
            World.post("/types/mail.send/weigh", "reason", "pays", "key", "acme", "weight", "3")));
    assertThat(world.jobs.types().get("mail.send").keyWeights()).isEqualTo(Map.of("acme", 3));
    assertThat(page("/types/mail.send")).contains("acme");
    location(dashboard.handle(World.post("/types/mail.send/clear", "reason", "enough")));
    location(dashboard.handle(World.post("/types/mail.send/resume", "reason", "done")));
    assertThat(world.jobs.types().get("mail.send").isPaused()).isFalse();
    assertThat(page("/audit"))
        .contains("pause type", "override type", "clear overrides", "no mails today", "ada");
  }

  @Test
  void anActionNeedsAReasonAndNothingHappensWithoutOne() {
    DashboardResponse response = dashboard.handle(World.post("/jobs/" + later + "/cancel"));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text()).contains("Enter a reason.");
    assertThat(world.jobs.get(later).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void aWaitingJobIsRescheduled() {
    UUID id =
        world
            .plantJobs
            .mailSend()
            .submit(
                new MailSend("d@example.com"),
                SubmitOptions.by("one").withDelay(Duration.ofDays(1)))
            .jobId();
    String at = "/jobs/" + id;
    assertThat(page(at)).contains("Reschedule…", "datetime-local");
    assertThat(
            location(
                dashboard.handle(
                    World.post(at + "/time", "reason", "not today", "runAt", "2100-01-02T03:04"))))
        .contains("due");
    assertThat(world.jobs.get(id).runAt()).isEqualTo("2100-01-02T03:04:00Z");
    assertThat(page(at)).contains("reschedule job", "not today");
    assertThat(
            dashboard.handle(World.post(at + "/time", "reason", "x", "runAt", "tomorrow")).text())
        .contains("is not a time");
    assertThat(
            dashboard
                .handle(World.post(at + "/time", "reason", "x", "runAt", "+12345-01-02T03:04"))
                .text())
        .contains("is not in the years from 1970 to 9998");
  }

  @Test
  void aJobIsReprioritizedCancelledRetriedAndDeleted() {
    UUID id =
        world
            .plantJobs
            .mailSend()
            .submit(
                new MailSend("c@example.com"),
                SubmitOptions.by("one").withDelay(Duration.ofDays(1)))
            .jobId();
    String at = "/jobs/" + id;
    assertThat(
            location(
                dashboard.handle(
                    World.post(at + "/priority", "reason", "urgent", "priority", "critical"))))
        .contains("critical");
    location(dashboard.handle(World.post(at + "/cancel", "reason", "not needed")));
    assertThat(world.jobs.get(id).status()).isEqualTo(JobStatus.CANCELLED);
    location(dashboard.handle(World.post(at + "/retry", "reason", "needed")));
    world.awaitStatus(id, JobStatus.COMPLETED);
    assertThat(page(at)).contains("cancel job", "not needed", "retry job");
    assertThat(location(dashboard.handle(World.post(at + "/delete", "reason", "private"))))
        .startsWith("/jobs?done=");
    assertThat(world.jobs.find(id)).isEmpty();
    assertThat(dashboard.handle(World.get(at)).status()).isEqualTo(404);
  }

  @Test
  void aBulkOperationShowsTheCountFirstAndLeavesARecord() {
    world
        .plantJobs
        .mailSend()
        .submitAll(
            java.util.Collections.nCopies(7, new MailSend("x@example.com")),
            SubmitOptions.by("bulk").withDelay(Duration.ofDays(1)));

    assertThat(page("/bulk?action=cancel&by=bulk")).contains("Cancel 7 jobs");
    DashboardResponse wrong =
        dashboard.handle(
            World.post("/bulk", "action", "cancel", "by", "bulk", "reason", "x", "count", "3"));
    assertThat(wrong.status()).isEqualTo(409);
    assertThat(
            world.jobs.count(JobQuery.all().withSubmittedBy("bulk").withStatus(JobStatus.PENDING)))
        .isEqualTo(7);
    location(
        dashboard.handle(
            World.post(
                "/bulk", "action", "cancel", "by", "bulk", "reason", "wrong list", "count", "7")));
    assertThat(
            world.jobs.count(
                JobQuery.all().withSubmittedBy("bulk").withStatus(JobStatus.CANCELLED)))
        .isEqualTo(7);
    assertThat(page("/audit"))
        .contains("wrong list", "cancel many jobs", "begun: 7 jobs, operation ");
  }

  @Test
  void aBulkOperationChangesTheJobsWithAHeader() {
    Header<String> tenant = Header.ofString("tenant");
    SubmitOptions later = SubmitOptions.by("shop").withDelay(Duration.ofDays(1));
    for (String name : List.of("closed", "closed", "open")) {
      Submitted unused =
          world
              .plantJobs
              .mailSend()
              .submit(new MailSend("x@example.com"), later.withHeader(tenant, name));
    }

    assertThat(page("/jobs?header=tenant%3Dclosed"))
        .contains("/bulk?action=cancel&amp;header&#x3D;tenant%3Dclosed");
    assertThat(page("/bulk?action=cancel&header=tenant%3Dclosed")).contains("Cancel 2 jobs");
    location(
        dashboard.handle(
            World.post(
                "/bulk",
                "action",
                "cancel",
                "header",
                "tenant=closed",
                "reason",
                "it has closed",
                "count",
                "2")));
    JobQuery cancelled = JobQuery.all().withStatus(JobStatus.CANCELLED);
    assertThat(world.jobs.count(cancelled.withHeader(tenant, "closed"))).isEqualTo(2);
    assertThat(world.jobs.count(cancelled.withHeader(tenant, "open"))).isZero();
  }

  @Test
  void aWorkflowHasItsTasksAndWhatTheyWaitFor() {
    Workflow workflow = Workflow.named("nightly conversion").submittedBy("cron");
    var first = workflow.add(world.plantJobs.cadConvert(), World.convert("a.step"));
    workflow.add(world.plantJobs.mailSend(), new MailSend("d@example.com")).after(first);
    UUID id = world.jobs.submit(workflow).id();
    await()
        .atMost(World.PATIENCE)
        .until(() -> world.jobs.workflows().find(id).orElseThrow().outcome().isPresent());

    assertThat(page("/workflows")).contains("nightly conversion", "2 of 2");
    assertThat(page("/workflows/" + id))
        .contains("<svg", "<path class=\"edge", "mail.send", "completed");
    assertThat(page("/jobs?workflow=" + id)).contains("<strong>2</strong>");
  }

  @Test
  void aScheduleIsRunPausedAndResumed() {
    String notice =
        location(
            dashboard.handle(
                World.post("/schedules/run", "schedule", "mail.send", "reason", "test")));
    assertThat(notice).contains("was%20submitted");
    location(
        dashboard.handle(
            World.post("/schedules/pause", "schedule", "mail.send", "reason", "holiday")));
    assertThat(page("/schedules")).contains("holiday", "name=\"schedule\" value=\"mail.send\"");
    location(
        dashboard.handle(
            World.post("/schedules/resume", "schedule", "mail.send", "reason", "back")));
    assertThat(world.jobs.schedules().get("mail.send").isPaused()).isFalse();
  }

  @Test
  void aFixedDelayIsShownWithoutWhatOnlyCronHas() {
    JobSchedule made =
        world
            .plantJobs
            .mailSend()
            .schedule(
                "steady",
                new MailSend("all@example.com"),
                Timing.fixedDelay(Duration.ofSeconds(90)),
                ScheduleOptions.defaults().withUntil(Instant.parse("2999-01-01T00:00:00Z")),
                Actor.of("ada"));
    String row = page("/schedules");
    row = row.substring(row.indexOf(made.name()), row.indexOf("</tr>", row.indexOf(made.name())));
    assertThat(row)
        .contains("1 min 30 s after the last run", "until", "2999")
        .doesNotContain("Backfill");
    assertThat(page("/schedules")).contains("Backfill…");
    DashboardResponse refused =
        dashboard.handle(
            World.post(
                "/schedules/backfill",
                "schedule",
                "steady",
                "reason",
                "test",
                "from",
                "2026-01-01T00:00",
                "to",
                "2026-01-02T00:00"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).contains("has a fixed delay");
    assertThat(world.jobs.schedules().remove("steady", Actor.of("ann"))).isTrue();
  }

  @Test
  void theProbesNeedNoUserAndShowNoDetail() {
    JobDashboard closed = world.dashboard(DashboardUser.nobody());

    for (String path : List.of("/health/live", "/health/ready")) {
      DashboardResponse response = closed.handle(World.get(path));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("ok\n");
    }
    closed.close();
  }
}
