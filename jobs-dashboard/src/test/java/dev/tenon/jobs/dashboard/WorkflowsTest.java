package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large workflows are shown, and how one is found among others. No worker runs. */
class WorkflowsTest {

  private static World world;
  private static JobDashboard dashboard;
  private static SubmittedWorkflow large;

  @BeforeAll
  static void open() throws Exception {
    world = new World();
    dashboard = world.dashboard(Right.READ);
    Workflow workflow = Workflow.named("large").submittedBy("cron");
    for (int i = 0; i < 149; i++) {
      workflow.add(world.plantJobs.mailSend(), new MailSend("d@example.com"));
    }
    workflow.add(world.plantJobs.cadConvert(), World.convert("a.step"));
    large = world.jobs.submit(workflow);
    sql(
        """
        UPDATE /* by the test */ by_test.jobs j SET status = s.becomes, finished_at = now()
        FROM (
          SELECT id, CASE n WHEN 100 THEN 'failed' WHEN 120 THEN 'failed' WHEN 140 THEN 'cancelled' ELSE 'completed' END AS becomes
          FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM tenon.jobs WHERE workflow_id = '%s' AND type = 'mail.send') AS all_jobs
          WHERE n IN (1, 2, 100, 120, 140)) AS s
        WHERE j.id = s.id
        """
            .formatted(large.id()));
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

  /** The statuses in the table of jobs, in its order. */
  private static List<String> statuses(String page) {
    Matcher badge =
        Pattern.compile("data-label=\"Status\"><span class=\"badge s-([a-z]+)\"").matcher(page);
    List<String> statuses = new ArrayList<>();
    while (badge.find()) {
      statuses.add(badge.group(1));
    }
    return statuses;
  }

  @Test
  void aLargeWorkflowHasItsFailedJobsFirstAndFurtherPages() {
    String first = Html.page(dashboard, "/workflows/" + large.id());
    String second = Html.page(dashboard, Html.next(first));
    String third = Html.page(dashboard, Html.next(second));

    assertThat(first).contains("<strong>60 of 150</strong> jobs, failed ones first");
    assertThat(second).contains("<strong>61 to 120 of 150</strong>");
    assertThat(third).contains("<strong>121 to 150 of 150</strong>").doesNotContain("rel=\"next\"");
    assertThat(statuses(first)).hasSize(60).startsWith("failed", "failed", "cancelled", "pending");
    List<String> all = new ArrayList<>(statuses(first));
    all.addAll(statuses(second));
    all.addAll(statuses(third));
    assertThat(all).hasSize(150).endsWith("pending", "completed", "completed");
  }

  @Test
  void jobsOfTypesThatAUserMayNotSeeAreNotCountedAndNotDrawn() {
    DashboardUser user = DashboardUser.of("eve", Right.READ).withRight("cad.convert", Right.NONE);
    try (JobDashboard other = world.dashboard(user)) {
      String page = Html.page(other, "/workflows/" + large.id());
      String last = Html.page(other, "/workflows/" + large.id() + "?skip=120");

      assertThat(page).contains("60 of 149").doesNotContain("cad.convert");
      assertThat(last).contains("121 to 149 of 149").doesNotContain("cad.convert");
    }
  }

  @Test
  void aSmallWorkflowIsShownAsAWhole() {
    Workflow small = Workflow.named("small").submittedBy("cron");
    var first = small.add(world.plantJobs.cadConvert(), World.convert("a.step"));
    small.add(world.plantJobs.mailSend(), new MailSend("d@example.com")).after(first);

    String page = Html.page(dashboard, "/workflows/" + world.jobs.submit(small).id());

    assertThat(statuses(page)).containsExactly("pending", "pending");
    assertThat(page)
        .contains("<path class=\"edge")
        .doesNotContain(" of 2</strong>", "rel=\"next\"");
  }

  /** A fan of 280 jobs, in a chain of 20, two of which have failed. */
  private static UUID fan() throws SQLException {
    Workflow flow = Workflow.named("fan").submittedBy("cron");
    var first = flow.add(world.plantJobs.cadConvert(), World.convert("a.step"));
    var last = flow.add(world.plantJobs.cadConvert(), World.convert("b.step"));
    for (int i = 0; i < 280; i++) {
      var one = flow.add(world.plantJobs.mailSend(), new MailSend("d@example.com")).after(first);
      last.after(one);
    }
    for (int i = 0; i < 18; i++) {
      last = flow.add(world.plantJobs.cadConvert(), World.convert("c.step")).after(last);
    }
    UUID id = world.jobs.submit(flow).id();
    sql(
        """
        UPDATE /* by the test */ by_test.jobs j SET status = s.becomes, finished_at = now()
        FROM (
          SELECT id, CASE WHEN n < 3 THEN 'failed' ELSE 'completed' END AS becomes
          FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM tenon.jobs WHERE workflow_id = '%s' AND type = 'mail.send') AS all_jobs
          WHERE n < 200) AS s
        WHERE j.id = s.id
        """
            .formatted(id));
    return id;
  }

  @Test
  void threeHundredTasksAreDrawnAndEqualOnesAsOne() throws Exception {
    UUID id = fan();

    String page = Html.page(dashboard, "/workflows/" + id);

    assertThat(Pattern.compile("<rect ").matcher(page).results()).hasSize(20 + 2 + 2);
    assertThat(page)
        .contains("× 197</text>", "× 81</text>")
        .contains("&amp;type&#x3D;mail.send&amp;status&#x3D;completed");
    Matcher step = Pattern.compile("<li><span class=\"badge s-([a-z]+)\"").matcher(page);
    List<String> states = new ArrayList<>();
    while (step.find()) {
      states.add(step.group(1));
    }
    assertThat(states).hasSize(300).startsWith("failed", "failed", "pending").endsWith("completed");
  }

  @Test
  void theGraphIsReadableInABrowser() throws Exception {
    UUID id = fan();
    try (DashboardServer server =
            DashboardServer.start(
                JobDashboard.builder(world.runtime)
                    .accessPolicy(AccessPolicy.everybody("ada", Right.ADMINISTER))
                    .build(),
                0);
        Browser browser = Browser.start()) {
      browser.open(server.uri().resolve("/workflows/" + id));
      browser.find("svg.graph rect");
      // Nothing overlaps, and no label sticks out of its box
      assertThat(
              browser.run(
                  """
                  const boxes = [...document.querySelectorAll('svg.graph g')].map(g => ({
                    r: g.querySelector('rect').getBoundingClientRect(),
                    t: [...g.querySelectorAll('text')].map(t => t.getBoundingClientRect())}));
                  let bad = 0;
                  boxes.forEach((a, i) => {
                    a.t.forEach(t => { if (t.right > a.r.right + 1 || t.left < a.r.left) bad++; });
                    boxes.slice(i + 1).forEach(b => {
                      if (a.r.left < b.r.right && b.r.left < a.r.right && a.r.top < b.r.bottom && b.r.top < a.r.bottom) bad++;
                    });
                  });
                  return bad;
                  """))
          .isEqualTo(0L);
      assertThat(
              browser.run(
                  "return document.querySelectorAll('svg.graph .edge.e-broken, svg.graph .edge.e-met,"
                      + " svg.graph .edge.e-waiting').length"))
          .isEqualTo(2L * 4 + 18);
      assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo(true);
      browser.size(390, 844);
      assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo(true);
    }
  }

  @Test
  void aWorkflowRunsAgainFromATask() {
    Workflow flow = Workflow.named("again").submittedBy("cron");
    var first = flow.add(world.plantJobs.cadConvert(), World.convert("a.step"));
    flow.add(world.plantJobs.mailSend(), new MailSend("d@example.com")).after(first);
    SubmittedWorkflow again = world.jobs.submit(flow);
    world.jobs.workflows().cancel(again.id(), Actor.of("ann"));
    try (JobDashboard acting = world.dashboard(Right.ACT)) {
      assertThat(Html.page(acting, "/workflows/" + again.id())).contains("Run again from…");

      DashboardResponse answer =
          acting.handle(
              World.post(
                  "/workflows/" + again.id() + "/again",
                  "task",
                  again.idOf(first).toString(),
                  "reason",
                  "repaired"));

      assertThat(answer.status()).isEqualTo(303);
      assertThat(world.jobs.get(again.idOf(first)).status().isTerminal()).isFalse();
      assertThat(
              acting
                  .handle(
                      World.post(
                          "/workflows/" + again.id() + "/again",
                          "task",
                          again.idOf(first).toString(),
                          "reason",
                          "repaired"))
                  .status())
          .isEqualTo(409);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "99999999999"})
  void whatIsNoNumberOfJobsIsRefused(String skip) {
    String path = "/workflows/" + large.id() + "?skip=" + skip;

    assertThat(dashboard.handle(World.get(path)).status()).isEqualTo(400);
  }

  @Test
  void afterTheLastPageThereIsNothing() {
    String page = Html.page(dashboard, "/workflows/" + large.id() + "?skip=1000");

    assertThat(statuses(page)).isEmpty();
  }

  private static UUID named(String name) {
    Workflow workflow = Workflow.named(name).submittedBy("cron");
    workflow.add(world.plantJobs.mailSend(), new MailSend("d@example.com"));
    return world.jobs.submit(workflow).id();
  }

  @Test
  void workflowsAreFoundByNameStateAndTime() throws Exception {
    UUID open = named("nightly");
    UUID paused = named("nightly");
    world.jobs.workflows().pause(paused, Actor.of("ann", "to see"));
    UUID cancelled = named("nightly");
    int unused = world.jobs.workflows().cancel(cancelled, Actor.of("ann"));

    assertFound("name=nightly", open, paused, cancelled);
    assertFound("name=nightly&state=running", open);
    assertFound("name=nightly&state=paused", paused);
    assertFound("name=nightly&state=cancelled", cancelled);
    assertFound("name=nightly&state=failed");
    assertFound("name=night");
    assertFound("name=nightly&since=1h", open, paused, cancelled);
    assertFound("name=nightly&until=2026-01-01T00:00");
    assertFound("name=nightly&since=30d&state=paused", paused);
    assertThat(Html.page(dashboard, "/workflows?state=completed"))
        .contains("No matching workflows.");
  }

  private static void assertFound(String query, UUID... expected) {
    String page = Html.page(dashboard, "/workflows?" + query);
    Matcher link = Pattern.compile("href=\"/workflows/([0-9a-f-]{36})\"").matcher(page);
    List<UUID> found = new ArrayList<>();
    while (link.find()) {
      found.add(UUID.fromString(link.group(1)));
    }
    assertThat(found).describedAs(query).containsExactlyInAnyOrder(expected);
  }

  @Test
  void pagesKeepTheFilters() {
    for (int i = 0; i < 26; i++) {
      named("many");
    }

    String first = Html.page(dashboard, "/workflows?name=many&state=running");
    String next = Html.next(first);

    assertThat(next).contains("name=many", "state=running");
    assertThat(Html.page(dashboard, next)).containsOnlyOnce(">many</a>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"state=open", "since=x", "until=x", "cursor=x"})
  void whatMakesNoSenseIsRefused(String query) {
    assertThat(dashboard.handle(World.get("/workflows?" + query)).status()).isEqualTo(400);
  }
}
