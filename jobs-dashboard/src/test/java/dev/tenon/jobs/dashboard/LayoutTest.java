package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.operate.JobMonitor.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What fits on a phone and on paper, and what the keyboard does, in a real browser. */
@Tag("thorough")
class LayoutTest {

  private final World world = new World();
  private DashboardServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        DashboardServer.start(
            JobDashboard.builder(world.runtime)
                .accessPolicy(AccessPolicy.everybody("ada", Right.ADMINISTER))
                .build(),
            0);
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO tenon.job_statistics SELECT s, date_trunc('minute', now()), 'mail.send',"
              + " 'completed', 150000, 1, 1, 1, 1 FROM (VALUES (60), (600), (3600)) w (s)");
    }
    world.plant.isBadDeployment.set(true);
    world.startWorker();
    UUID id = world.submit("bad.step");
    world.awaitStatus(id, JobStatus.FAILED);
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                !world
                    .runtime
                    .monitor()
                    .failures(Range.last(Duration.ofDays(1), Instant.now()), List.of(), 1)
                    .isEmpty());
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  /** How many things stick out of the page, or out of a box in which one would have to scroll. */
  private static long sticksOut(Browser browser, String css) {
    return (Long)
        browser.run(
            "return Array.from(document.querySelectorAll('"
                + css
                + "')).filter(e => { const b = e.getBoundingClientRect();"
                + " return b.right > innerWidth + 1 || b.left < 0; }).length");
  }

  /** How many numbers of the navigation are not inside the link, which is what is highlighted. */
  private static long badgesOutsideTheirEntry(Browser browser) {
    return (Long)
        browser.run(
            "return Array.from(document.querySelectorAll('nav .badge')).filter(badge => {"
                + " const inner = badge.getBoundingClientRect();"
                + " const outer = badge.closest('li').querySelector('a').getBoundingClientRect();"
                + " return inner.left < outer.left || inner.right > outer.right"
                + " || inner.top < outer.top || inner.bottom > outer.bottom; }).length");
  }

  @Test
  void everythingOnAPhoneIsInSight() {
    for (String[] flags :
        new String[][] {{}, {"--force-dark-mode", "--blink-settings=preferredColorScheme=0"}}) {
      try (Browser browser = Browser.start(flags)) {
        String mode = flags.length == 0 ? "light" : "dark";
        browser.size(390, 1000);
        for (String page :
            new String[] {"", "jobs", "failures", "types", "workers", "status", "audit"}) {
          browser.open(server.uri().resolve("/" + page));
          browser.find("main h1");
          assertThat(sticksOut(browser, "main td, main .button, main .badge, main time"))
              .describedAs(page)
              .isZero();
          assertThat(badgesOutsideTheirEntry(browser)).describedAs(page).isZero();
          browser.picture("phone-" + mode + "-" + (page.isEmpty() ? "overview" : page));
        }
        browser.open(server.uri().resolve("/failures"));
        assertThat(browser.find("td .button.primary").isDisplayed()).isTrue();
        browser.size(1280, 900);
        for (String page : new String[] {"", "failures", "types", "status"}) {
          browser.open(server.uri().resolve("/" + page));
          browser.find("main h1");
          browser.find("nav .badge");
          assertThat(badgesOutsideTheirEntry(browser)).describedAs(page).isZero();
          browser.picture("wide-" + mode + "-" + (page.isEmpty() ? "overview" : page));
        }
      }
    }
  }

  @Test
  void escapeClosesAFormAxesHaveRoomAndPaperHasNoButtons() {
    try (Browser browser = Browser.start()) {
      browser.open(server.uri());
      assertThat(browser.find("#throughput .u-over").getCssValue("left"))
          .satisfies(
              left -> assertThat(Double.parseDouble(left.replace("px", ""))).isGreaterThan(60));

      browser.open(server.uri().resolve("/types/mail.send"));
      browser.click("Pause…");
      assertThat(browser.run("return document.querySelectorAll('details.act[open]').length"))
          .isEqualTo(1L);
      browser.type("reason", "\ue00c");
      assertThat(browser.run("return document.querySelectorAll('details.act[open]').length"))
          .isEqualTo(0L);
      assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("Pause…");
      assertThat(browser.find("time").getAttribute("title")).endsWith(" UTC");

      browser.print();
      assertThat(
              browser.run("return getComputedStyle(document.querySelector('details.act')).display"))
          .isEqualTo("none");
    }
  }
}
