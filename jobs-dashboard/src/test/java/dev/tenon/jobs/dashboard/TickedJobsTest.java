package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Single jobs that are ticked in a list, and changed together. */
class TickedJobsTest {

  private static final SubmitOptions LATER = SubmitOptions.by("t").withDelay(Duration.ofDays(1));

  private static World world;
  private static JobDashboard dashboard;

  /** Four mails, newest last. */
  private List<UUID> mails;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.ADMINISTER);
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  @BeforeEach
  void submit() {
    mails = mails(4);
  }

  private static List<UUID> mails(int count) {
    return world
        .plantJobs
        .mailSend()
        .submitAll(
            Collections.nCopies(count, new MailSend("x@example.com")),
            LATER.withSubmittedBy(UUID.randomUUID().toString()))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private static String ids(List<UUID> ids) {
    return ids.stream().map(id -> "&ids=" + id).collect(Collectors.joining());
  }

  private static DashboardResponse post(JobDashboard on, String action, List<UUID> ids) {
    return on.handle(
        World.post(
            "/bulk",
            Stream.concat(
                    Stream.of(
                        "of",
                        "ticked",
                        "action",
                        action,
                        "reason",
                        "wrong list",
                        "count",
                        String.valueOf(ids.size())),
                    ids.stream().flatMap(id -> Stream.of("ids", id.toString())))
                .toArray(String[]::new)));
  }

  private static List<JobStatus> statuses(List<UUID> ids) {
    return ids.stream().map(id -> world.jobs.get(id).status()).toList();
  }

  @Test
  void thePageBetweenShowsTheTickedJobsAndLeadsBackToTheList() {
    String page =
        Html.page(
            dashboard,
            "/bulk?of=ticked&action=cancel&back=%2Fjobs%3Fby%3Dweb%26cursor%3D1"
                + ids(mails.subList(1, 3)));

    assertThat(page)
        .contains("Cancel selected jobs", "<strong class=\"figure\">2</strong> selected jobs")
        .contains("Cancel 2 jobs", mails.get(1).toString(), mails.get(2).toString())
        .contains("name=\"of\" value=\"ticked\"")
        .doesNotContain(mails.get(0).toString(), "more were ticked");
    assertThat(page.replace("&amp;", "&").replace("&#x3D;", "=").replace("&#61;", "="))
        .contains("href=\"/jobs?by=web&cursor=1\"");
  }

  @Test
  void onlyTheTickedJobsAreChangedAndTheAuditSaysWhoDidItAndWhy() {
    Html.location(post(dashboard, "cancel", mails.subList(1, 3)));

    assertThat(statuses(mails))
        .containsExactly(
            JobStatus.PENDING, JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.PENDING);
    assertThat(Html.page(dashboard, "/audit"))
        .contains("cancel many jobs", "wrong list", "2 ids", "begun: 2 jobs, operation ", "ada");

    Html.location(post(dashboard, "retry", mails.subList(1, 2)));
    assertThat(statuses(mails.subList(1, 3)))
        .containsExactly(JobStatus.PENDING, JobStatus.CANCELLED);

    Html.location(post(dashboard, "delete", mails.subList(2, 3)));
    assertThat(world.jobs.find(mails.get(2))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel", "delete", "retry", "now"})
  void whereNothingIsTickedNothingIsMeant(String action) {
    DashboardResponse asked = dashboard.handle(World.get("/bulk?of=ticked&action=" + action));
    DashboardResponse posted = post(dashboard, action, List.of());

    assertThat(List.of(asked.status(), posted.status())).containsOnly(400);
    assertThat(asked.text()).contains("No job is selected. Select at least one.");
    assertThat(statuses(mails)).containsOnly(JobStatus.PENDING);
  }

  @Test
  void moreThanAPageIsRefused() {
    List<UUID> many = mails(51);

    assertThat(post(dashboard, "cancel", many).status()).isEqualTo(400);
    assertThat(statuses(many)).containsOnly(JobStatus.PENDING);
    Html.location(post(dashboard, "cancel", many.subList(0, 50)));
    assertThat(world.jobs.count(JobQuery.all().withStatus(JobStatus.CANCELLED).withIds(many)))
        .isEqualTo(50);
  }

  @Test
  void whoMayNotChangeAJobCannotTickIt() {
    UUID design = world.plantJobs.cadConvert().submit(World.convert("a.step"), LATER).jobId();
    DashboardUser bob = DashboardUser.of("bob", Right.READ).withRight("cad.convert", Right.ACT);
    try (JobDashboard some = world.dashboard(bob);
        JobDashboard reader = world.dashboard(Right.READ)) {
      String page = Html.page(some, "/jobs");
      assertThat(page)
          .contains("value=\"" + design + "\"", "/jobs/" + mails.get(0))
          .doesNotContain("value=\"" + mails.get(0) + "\"")
          .doesNotContain("value=\"delete\"");
      assertThat(Html.page(reader, "/jobs")).doesNotContain("class=\"tick\"", "id=\"ticked\"");

      assertThat(
              Html.page(some, "/bulk?of=ticked&action=cancel" + ids(List.of(design, mails.get(0)))))
          .contains("Cancel 1 job<", "1 more selected jobs no longer exist, or you may not");
      assertThat(post(some, "cancel", List.of(mails.get(0))).status()).isNotEqualTo(200);
      assertThat(post(some, "delete", List.of(design)).status()).isEqualTo(403);
      assertThat(post(reader, "cancel", List.of(design)).status()).isEqualTo(403);
      assertThat(statuses(List.of(design, mails.get(0)))).containsOnly(JobStatus.PENDING);
    }
  }

  @Test
  void anotherSiteChangesNoTickedJob() {
    DashboardResponse response =
        dashboard.handle(
            World.post(
                    "/bulk",
                    "of",
                    "ticked",
                    "action",
                    "cancel",
                    "reason",
                    "x",
                    "count",
                    "1",
                    "ids",
                    mails.get(0).toString())
                .withHeader("Sec-Fetch-Site", "cross-site"));

    assertThat(response.status()).isEqualTo(403);
    assertThat(statuses(mails)).containsOnly(JobStatus.PENDING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"//evil.example", "https://evil.example/jobs?", "javascript:alert(1)"})
  void thePageBetweenLeadsNowhereElse(String back) {
    assertThat(
            Html.page(
                dashboard,
                "/bulk?of=ticked&action=cancel&back="
                    + Parameters.encode(back)
                    + ids(mails.subList(0, 1))))
        .contains("href=\"/jobs\">Back</a>")
        .doesNotContain("href=\"https:", "href=\"//", "href=\"javascript:");
  }

  @Test
  void theKeyboardTicksAndChangesThemOnAPhone() throws Exception {
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.ADMINISTER), 0);
        Browser browser = Browser.start()) {
      browser.size(390, 900);
      String by = world.jobs.get(mails.get(0)).submittedBy();
      browser.open(server.uri().resolve("/jobs?by=" + by));
      WebElement all = browser.find("#tick-all");
      assertThat(browser.find(".ticks .actions").isDisplayed()).isFalse();

      all.sendKeys(Keys.SPACE);
      assertThat(ticked(browser)).isEqualTo(4);
      assertThat(browser.find(".ticks").getText()).contains("4 selected:");
      browser.find(".tick[value='" + mails.get(3) + "']").sendKeys(Keys.SPACE);
      browser.find(".tick[value='" + mails.get(2) + "']").sendKeys(Keys.SPACE);
      assertThat(ticked(browser)).isEqualTo(2);
      assertThat(browser.run("return document.getElementById('tick-all').indeterminate"))
          .isEqualTo(true);
      assertThat(
              browser.run(
                  "return Array.from(document.querySelectorAll('.ticks *')).filter(e =>"
                      + " e.getBoundingClientRect().right > innerWidth).length"))
          .isEqualTo(0L);
      browser.picture("phone-ticked");

      browser.find(".ticks button[value=cancel]").sendKeys(Keys.ENTER);
      browser.awaitText("Cancel selected jobs");
      browser.type("reason", "wrong list");
      browser.click("Cancel 2 jobs");
      browser.awaitText("begun: 2 jobs, operation ");

      assertThat(statuses(mails))
          .containsExactly(
              JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.PENDING, JobStatus.PENDING);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static int ticked(Browser browser) {
    return ((Number) browser.run("return document.querySelectorAll('.tick:checked').length"))
        .intValue();
  }
}
