package dev.tenon.jobs.dashboard;

import static dev.tenon.jobs.dashboard.Html.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.operate.AuditQuery;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps, waits and signals of jobs, and what is done to them by hand. */
class StepsTest {

  private static final SubmitOptions LATER = SubmitOptions.by("shop").withDelay(Duration.ofDays(1));
  private static final String SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
  private static final String QUESTION = "Is order 17 on the bank statement?";

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() throws SQLException {
    world = new World();
    dashboard = world.dashboard(Right.ACT);
    sql(
        "UPDATE tenon.job_types SET signals = '{order.paid,order.cancelled}' WHERE type = 'mail.send'");
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static void sql(String sql) throws SQLException {
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
    }
  }

  private static UUID job() {
    return world.plantJobs.mailSend().submit(new MailSend("bob@example.com"), LATER).jobId();
  }

  /** Records a step; {@code more} are further columns, and {@code values} what they have. */
  private static void step(
      UUID job, int number, String name, String kind, String state, String more, String values)
      throws SQLException {
    sql(
        """
        INSERT INTO tenon.job_steps (job_id, name, kind, state, version, lease, number, started_at%s)
        VALUES ('%s', '%s', '%s', '%s', 1, 1, %d, now() - interval '1 hour' + %d * interval '1 second'%s)
        """
            .formatted(more, job, name.replace("'", "''"), kind, state, number, number, values));
  }

  private static void done(UUID job, int number, String name) throws SQLException {
    step(job, number, name, "step", "done", ", ended_at, result", ", now(), '{\"number\": 4711}'");
  }

  private static UUID inDoubt() throws SQLException {
    UUID job = job();
    done(job, 1, "reserve");
    step(job, 2, "charge", "step", "in_doubt", ", message", ", '" + QUESTION + "'");
    return job;
  }

  private static UUID waiting(String signals) throws SQLException {
    UUID job = job();
    step(
        job,
        1,
        "payment",
        "wait",
        "waiting",
        ", until, signals",
        ", '2099-01-02 03:04Z', '" + signals + "'");
    return job;
  }

  private static String page(UUID job) {
    return Html.page(dashboard, "/jobs/" + job);
  }

  private static JobStep step(UUID job, String name) {
    return world.jobs.steps().ofJob(job).stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
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
  void theStepsOfAJobAreATimeline() throws Exception {
    UUID job = waiting("{order.paid,order.cancelled}");
    done(job, 2, "reserve");
    step(
        job,
        3,
        "pack",
        "step",
        "failed",
        ", step_key, attempts, ended_at, message",
        ", 'line-7', 2, now(), 'The warehouse does not answer'");
    step(job, 4, "token:order.paid", "token", "open", ", result", ", '\"s3cr3t\"'");

    assertThat(page(job))
        .contains("<h2 id=\"steps\">Steps</h2>", "payment", "reserve", "Send signal…")
        .contains(
            "waits for order.paid or order.cancelled",
            "until 2099-01-02 03:04:00",
            "class=\"badge s-waiting\">waiting<")
        .contains("step, key line-7", "2 attempts", "The warehouse does not answer")
        .contains("class=\"badge s-not_used\">not used<")
        .contains("class=\"badge s-done\">done<", "svg class=\"line s-done\"")
        .doesNotContain("s3cr3t", "Run again from here…", "Mark done…");
  }

  @Test
  void itsSignalsAndItsCursorAreShown() throws Exception {
    UUID job = waiting("{order.paid}");
    sql(
        """
        INSERT INTO tenon.job_signals (job_id, id, name, step_key, version, payload, sent_by, delivered_at, error, is_new)
        VALUES ('%1$s', 'event-17', 'order.paid', '', 1, '{"amount": 12}', 'bank', now(), NULL, false),
          ('%1$s', 'event-18', 'order.paid', 'k-1', 1, '{"amount": -1}', 'bank', NULL, 'amount must be positive', false),
          ('%1$s', 'event-19', 'order.paid', '', 1, '{"amount": 3}', 'till', NULL, NULL, false)
        """
            .formatted(job));
    sql(
        "INSERT INTO tenon.job_cursors VALUES ('%s', 1, 1, '{\"line\": 4711}', now())"
            .formatted(job));

    assertThat(page(job))
        .contains("id event-17", "class=\"badge s-delivered\">delivered<")
        .contains("key k-1", "class=\"badge s-not_valid\">not valid<", "amount must be positive")
        .contains("till", "not delivered yet", "<h2 id=\"cursor\">Cursor</h2>");
  }

  @Test
  void aJobWithoutStepsHasNoneOfThis() {
    UUID job = world.plantJobs.cadConvert().submit(World.convert("a.step"), LATER).jobId();

    assertThat(page(job)).doesNotContain("id=\"steps\"", "id=\"signals\"", "Send signal…");
  }

  @Test
  void manyStepsAreShownInPart() throws Exception {
    UUID job = inDoubt();
    sql(
        """
        INSERT INTO tenon.job_steps (job_id, name, step_key, kind, state, version, lease, number, started_at, ended_at)
        SELECT '%s', 'pack', 'line-' || n, 'step', 'done', 1, 1, 2 + n, now(), now() FROM generate_series(1, 300) n
        """
            .formatted(job));

    assertThat(page(job))
        .contains("101 earlier steps are not shown.", "key line-300<", QUESTION)
        .doesNotContain("key line-100<");
  }

  @Test
  void aStepInDoubtIsOnEachPageUntilItIsDecided() throws Exception {
    UUID job = inDoubt();
    assertThat(Html.page(dashboard, "/in-doubt"))
        .contains(QUESTION, "/jobs/" + job + "\"", "Mark done…", "Mark not done…");
    await()
        .atMost(World.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Html.page(dashboard, "/"))
                    .contains("href=\"/in-doubt\"", "steps in doubt"));

    String at = "/jobs/" + job;
    assertThat(
            location(
                dashboard.handle(
                    World.post(
                        at + "/done",
                        "step",
                        "charge",
                        "result",
                        "{\"number\": 1}",
                        "reason",
                        "it is on the statement"))))
        .startsWith(at)
        .contains("recorded%20as%20done");

    assertThat(step(job, "charge").state()).isEqualTo(State.DONE);
    assertThat(audited(job)).contains("ada: mark step done, it is on the statement");
    assertThat(Html.page(dashboard, "/in-doubt")).doesNotContain(job.toString());
    assertThat(dashboard.handle(World.post(at + "/done", "step", "charge", "reason", "x")).status())
        .isEqualTo(409);
  }

  @Test
  void aStepThatWasNotDoneRunsAgain() throws Exception {
    UUID job = inDoubt();
    String at = "/jobs/" + job;
    DashboardResponse refused =
        dashboard.handle(World.post(at + "/done", "step", "charge", "result", "{", "reason", "x"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(step(job, "charge").state()).isEqualTo(State.IN_DOUBT);

    assertThat(
            location(
                dashboard.handle(
                    World.post(at + "/not-done", "step", "charge", "reason", "not there"))))
        .contains("not%20done");

    assertThat(step(job, "charge").state()).isEqualTo(State.NOT_DONE);
    assertThat(audited(job)).contains("ada: mark step not done, not there");
  }

  @Test
  void aJobThatHasEndedRunsAgainFromAStep() throws Exception {
    UUID job = job();
    done(job, 1, "reserve");
    done(job, 2, "charge");
    done(job, 3, "ship");
    world.jobs.cancel(job, Actor.of("ann"));
    assertThat(page(job)).contains("Run again from here…").doesNotContain("Send signal…");

    String notice =
        location(
            dashboard.handle(
                World.post(
                    "/jobs/" + job + "/again", "step", "charge", "reason", "wrong account")));

    assertThat(notice).contains("again%20from%20step%20charge");
    assertThat(world.jobs.get(job).status()).isNotEqualTo(JobStatus.CANCELLED);
    assertThat(world.jobs.steps().ofJob(job)).extracting(JobStep::name).containsExactly("reserve");
    assertThat(audited(job)).contains("ada: run again from step, wrong account");
  }

  @Test
  void theFormOfTheOnlySignalOpensDirectly() throws Exception {
    UUID one = waiting("{order.refunded}");
    sql("UPDATE tenon.job_steps SET step_key = 'k 1' WHERE job_id = '" + one + "'");
    assertThat(Html.page(dashboard, "/jobs/" + one + "/signal"))
        .contains(
            "/signal?signal=order.refunded&amp;key=k%201".replace("=", "&#x3D;"),
            "order.cancelled…",
            "Another signal");
    assertThat(Html.page(dashboard, "/jobs/" + one + "/signal?signal=order.refunded&key=k%201"))
        .contains(
            "name=\"signal\" value=\"order.refunded\"", "name=\"key\" type=\"text\" value=\"k 1\"")
        .contains("No module of this process declares the signal");
  }

  @Test
  void aSignalIsSentOnceWithItsId() throws Exception {
    UUID job = waiting("{order.paid}");
    String form = "/jobs/" + job + "/signal";
    DashboardResponse refused =
        dashboard.handle(World.post(form, "signal", "order.paid", "as", "json", "payload", " "));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(Html.errorOf(refused.text(), "payload")).isEqualTo("is required");
    assertThat(Html.errorOf(refused.text(), "reason")).isEqualTo("is required");
    String[] fields = {
      "signal", "order.paid", "payload", "{\"amount\": 12}", "id", "event-1", "reason", "by cheque"
    };
    DashboardResponse notJson =
        dashboard.handle(
            World.post(form, "signal", "order.paid", "payload", "{", "reason", "by cheque"));
    assertThat(notJson.status()).isEqualTo(422);
    assertThat(world.jobs.steps().signalsOfJob(job)).isEmpty();

    assertThat(location(dashboard.handle(World.post(form, fields)))).contains("was%20sent.");
    assertThat(location(dashboard.handle(World.post(form, fields)))).contains("not%20sent%20again");

    assertThat(world.jobs.steps().signalsOfJob(job))
        .singleElement()
        .extracting(JobSignal::id, JobSignal::name, JobSignal::sentBy)
        .containsExactly("event-1", "order.paid", "ada");
    assertThat(audited(job)).containsOnlyOnce("ada: send signal, by cheque");
  }

  @Test
  void theFormOfAKnownSignalIsMadeFromItsSchema() throws Exception {
    UUID job = waiting("{part.approved}");
    sql(
        "UPDATE tenon.job_types SET signals = signals || '{part.approved}'::text[] WHERE type = 'mail.send'");
    String form = "/jobs/" + job + "/signal";
    String page = Html.page(dashboard, form + "?signal=part.approved");
    assertThat(page)
        .contains("Somebody has approved a part.", "Enter JSON")
        .doesNotContain("No module of this process");
    assertThat(Html.field(page, "payload.approver")).contains("not blank");
    assertThat(Html.field(page, "payload.day")).contains("type=\"date\"", "optional");
    assertThat(Html.field(page, "payload.pin")).contains("type=\"password\"");
    assertThat(Html.page(dashboard, form + "?signal=part.approved&as=json"))
        .contains("name=\"as\" value=\"json\"", "Schema of the signal", "partly-secret");

    DashboardResponse refused =
        dashboard.handle(
            World.post(
                form,
                "signal",
                "part.approved",
                "payload.approver",
                " ",
                "payload.pin",
                "4711",
                "reason",
                "by phone"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(Html.errorOf(refused.text(), "payload.approver")).isEqualTo("must not be blank");
    assertThat(refused.text()).contains("by phone", "Enter it again.").doesNotContain("4711");

    assertThat(
            location(
                dashboard.handle(
                    World.post(
                        form,
                        "signal",
                        "part.approved",
                        "payload.approver",
                        "zoe",
                        "payload.pin",
                        "4711",
                        "reason",
                        "by phone"))))
        .contains("part.approved%20was%20sent");
    assertThat(page(job)).contains("id=\"signals\"", "••••").doesNotContain("4711");
  }

  @Test
  void aSignalThatTheHandlerDoesNotAwaitIsRefused() throws Exception {
    UUID job = waiting("{order.paid}");

    DashboardResponse refused =
        dashboard.handle(
            World.post(
                "/jobs/" + job + "/signal",
                "signal",
                "order.lost",
                "payload",
                "{}",
                "reason",
                "a test"));

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).contains("No signal was sent", "order.lost", "a test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "not-done", "again", "signal"})
  void whoMayReadChangesNothing(String action) throws Exception {
    UUID job = inDoubt();
    try (JobDashboard other = world.dashboard(Right.READ)) {
      DashboardResponse response =
          other.handle(
              World.post(
                  "/jobs/" + job + "/" + action,
                  "step",
                  "charge",
                  "signal",
                  "order.paid",
                  "payload",
                  "{}",
                  "reason",
                  "x"));

      assertThat(response.status()).isEqualTo(403);
      for (String path : List.of("/jobs/" + job, "/in-doubt")) {
        String page = Html.page(other, path);
        assertThat(page.substring(page.indexOf("<main")))
            .contains(QUESTION)
            .doesNotContain("method=\"post\"", "/signal");
      }
    }
    assertThat(step(job, "charge").state()).isEqualTo(State.IN_DOUBT);
  }

  @Test
  void stepsOfATypeThatAUserMayNotSeeAreNowhere() throws Exception {
    UUID job = inDoubt();
    DashboardUser user = DashboardUser.of("eve", Right.ACT).withRight("mail.send", Right.NONE);
    try (JobDashboard other = world.dashboard(user)) {
      assertThat(Html.page(other, "/in-doubt"))
          .contains("No steps are in doubt.")
          .doesNotContain(QUESTION, job.toString());
      assertThat(other.handle(World.get("/jobs/" + job + "/signal")).status()).isEqualTo(403);
      assertThat(Html.page(other, "/")).doesNotContain("steps in doubt");
    }
  }

  @Test
  void stepsInDoubtOfOtherTypesHideNone() throws Exception {
    UUID hidden = job();
    UUID visible = world.plantJobs.cadConvert().submit(World.convert("doubt.step"), LATER).jobId();
    step(visible, 1, "charge", "step", "in_doubt", "", "");
    sql(
        """
        INSERT INTO tenon.job_steps (job_id, name, step_key, kind, state, version, lease, number, started_at)
        SELECT '%s', 'charge', 'line-' || n, 'step', 'in_doubt', 1, 1, n, now() - interval '2 hours'
        FROM generate_series(1, 100) n
        """
            .formatted(hidden));
    DashboardUser user = DashboardUser.of("eve", Right.NONE).withRight("cad.convert", Right.READ);
    try (JobDashboard other = world.dashboard(user)) {
      String first = Html.page(other, "/in-doubt");
      assertThat(first)
          .contains("You may see none of the oldest steps in doubt.")
          .doesNotContain("No steps are in doubt.", "/jobs/" + hidden);
      assertThat(Html.page(other, Html.next(first))).contains(visible.toString());
    } finally {
      sql("DELETE FROM tenon.job_steps WHERE state = 'in_doubt'");
    }
  }

  @Test
  void storedStringsAreShownAsStrings() throws Exception {
    UUID job = waiting("{order.paid}");
    String quoted = "'" + SCRIPT.replace("'", "''") + "'";
    String json = "to_json(" + quoted + "::text)";
    step(
        job,
        2,
        SCRIPT,
        "step",
        "in_doubt",
        ", step_key, message, result",
        ", " + quoted + ", " + quoted + ", " + json);
    sql(
        "INSERT INTO tenon.job_signals (job_id, id, name, step_key, version, payload, sent_by, error, is_new)"
            + " VALUES ('%1$s', %2$s, %2$s, %2$s, 1, %3$s, %2$s, %2$s, false)"
                .formatted(job, quoted, json));
    sql("INSERT INTO tenon.job_cursors VALUES ('%s', 1, 1, %s, now())".formatted(job, json));

    String name = Parameters.encode(SCRIPT);
    for (String path :
        List.of(
            "/jobs/" + job,
            "/in-doubt",
            "/jobs/" + job + "/signal",
            "/jobs/" + job + "/signal?signal=" + name + "&key=" + name)) {
      assertThat(Html.page(dashboard, path))
          .describedAs(path)
          .doesNotContain("<script>", "<img src=x", "'><", " style=", "javascript:")
          .doesNotContainPattern("<[a-z]+[^>]* on[a-z]+=");
    }
    sql("DELETE FROM tenon.job_steps WHERE job_id = '" + job + "'");
  }

  @Test
  void whatComesMeanwhileAppearsOnAnOpenPage() throws Exception {
    UUID job = waiting("{order.paid}");
    done(job, 1200, "reserve");
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.ACT), 0);
        Browser browser = Browser.start()) {
      browser.open(server.uri().resolve("/jobs/" + job));
      browser.click("Result");

      step(job, 2400, "charge", "step", "in_doubt", ", message", ", '" + QUESTION + "'");

      browser.awaitText(QUESTION);
      assertThat(browser.run("return document.getElementById('result-2').open")).isEqualTo(true);
      browser.run("document.getElementById('steps').scrollIntoView()");
      browser.picture("steps");
      browser.click("Mark not done…");
      browser.type("reason", "not on the statement");
      browser.click("Mark this step as not done");
      browser.awaitText("Step charge is recorded as not done.");
      browser.click("Send signal…");
      browser.click("order.paid…");
      browser.type("payload", "{\"amount\": 12}");
      browser.type("reason", "by cheque");
      browser.click("Send signal");
      browser.awaitText("The signal order.paid was sent.");
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
