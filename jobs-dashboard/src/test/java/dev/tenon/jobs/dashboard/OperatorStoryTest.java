package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.operate.JobMonitor.Range;
import dev.tenon.jobs.workflow.Workflow;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an operator does after a bad deployment, in a real browser. */
@Tag("thorough")
class OperatorStoryTest {

  private static final int JOBS = 24;

  /** An hour of completed jobs for the charts, in which the load rises and falls. */
  private static final String BUSY_HOUR =
      """
      INSERT INTO tenon.job_statistics
      SELECT 60, date_trunc('minute', now()) - m * interval '1 minute', type, outcome, n,
             n * millis, millis * 4, n * 12, 60 + 10 * (m % 4)
      FROM generate_series(0, 59) m,
           LATERAL (VALUES
             ('cad.convert', 'completed', (46 + 18 * sin(m / 6.0) + m % 5)::bigint,
              (820 + 160 * sin(m / 4.0))::bigint),
             ('mail.send', 'completed', (88 + 24 * cos(m / 9.0) + m % 3)::bigint, 45)
           ) v (type, outcome, n, millis)
      """;

  private final World world = new World();
  private DashboardServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        DashboardServer.start(
            JobDashboard.builder(world.runtime)
                .accessPolicy(AccessPolicy.everybody("ada", Right.ADMINISTER))
                .build(),
            0);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  private void prepare() throws SQLException {
    world.startWorker();
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(BUSY_HOUR);
    }
    List<CadConvert> good = new ArrayList<>();
    List<MailSend> mails = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      good.add(World.convert("bracket-%03d.step".formatted(i)));
      mails.add(new MailSend("customer-%d@example.com".formatted(i)));
    }
    world.plantJobs.cadConvert().submitAll(good, SubmitOptions.by("web"));
    world.plantJobs.mailSend().submitAll(mails, SubmitOptions.by("shop"));
    world.awaitCount(JobStatus.COMPLETED, 120);
    world.plant.isBadDeployment.set(true);
    for (int i = 0; i < JOBS; i++) {
      world
          .plantJobs
          .cadConvert()
          .submit(
              World.convert("gearbox-%03d.step".formatted(i)),
              SubmitOptions.by("web").withItemId("order-" + (4100 + i)));
    }
    world.awaitCount(JobStatus.FAILED, JOBS);
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                world
                    .runtime
                    .monitor()
                    .failures(Range.last(Duration.ofHours(1), Instant.now()), List.of(), 5)
                    .stream()
                    .anyMatch(group -> group.failures() == 2 * JOBS));
    SubmitOptions tonight = SubmitOptions.by("shop").withDelay(Duration.ofHours(6));
    world.plantJobs.mailSend().submit(new MailSend("plant@example.com"), tonight);
    world.submit("slow-crankcase.step");
    world.submit("slow-turbine.step");
    world.awaitCount(JobStatus.RUNNING, 2);
  }

  @Test
  void findsTheFailuresOfABadDeploymentAndRetriesThem() throws SQLException {
    prepare();
    try (Browser browser = Browser.start()) {
      browser.open(server.uri());
      browser.find("#throughput canvas");
      browser.find("#latency canvas");
      browser.awaitText("failed attempts, last hour");
      browser.picture("overview");

      browser.open(server.uri().resolve("/jobs"));
      browser.awaitText("running");
      browser.picture("jobs");

      browser.click("Failures");
      browser.awaitText("LicenseException");
      browser.picture("failures");

      browser.click("Last job");
      browser.awaitText("Plant$Converter.execute");
      browser.awaitText("The kernel has no license");
      browser.picture("job");

      browser.open(server.uri().resolve("/types/cad.convert"));
      browser.click("Pause…");
      browser.type("reason", "The deployment of 13:40 has no license");
      browser.click("Pause this type");
      browser.awaitText("Type cad.convert is paused: no more of its jobs will start.");
      assertThat(world.jobs.types().get("cad.convert").isPaused()).isTrue();
      browser.picture("type");

      browser.click("Failures");
      browser.click("Retry all…");
      browser.awaitText(JOBS + " jobs with status failed");
      browser.type("reason", "License renewed");
      browser.picture("bulk");
      browser.click("Retry " + JOBS + " jobs");
      browser.awaitText(JOBS + " of " + JOBS + " jobs changed");

      world.plant.isBadDeployment.set(false);
      browser.open(server.uri().resolve("/types/cad.convert"));
      browser.click("Resume…");
      browser.type("reason", "The old deployment is back");
      browser.click("Resume this type");
      browser.awaitText("Type cad.convert was resumed.");
      world.awaitCount(JobStatus.FAILED, 0);
      world.awaitCount(JobStatus.COMPLETED, 120 + JOBS);
      browser.open(server.uri().resolve("/jobs?type=cad.convert&status=completed"));
      browser.awaitText("order-4100");

      browser.click("Audit");
      browser.awaitText("The deployment of 13:40 has no license");
      browser.awaitText("License renewed");
      browser.awaitText("resume type");
      browser.picture("audit");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void watchesAJobThatRuns() {
    UUID id = world.submit("slow.step");
    try (Browser browser =
        Browser.start("--force-dark-mode", "--blink-settings=preferredColorScheme=0")) {
      browser.open(server.uri().resolve("/jobs/" + id));
      browser.awaitText("Why it is waiting:");

      world.startWorker();

      browser.awaitText("Reading slow.step");
      browser.awaitText("meshing slow.step");
      browser.picture("job-running");
      world.plant.mayEnd.countDown();
      browser.awaitText("https://files.example.com/slow.step");
      browser.awaitText("completed");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void submitsAJobByAForm() {
    try (Browser browser = Browser.start()) {
      browser.open(server.uri().resolve("/types"));
      browser.click("part.order");
      browser.awaitText("Orders parts from a supplier");
      browser.run("document.getElementById('payload').scrollIntoView()");
      browser.picture("catalog");
      browser.click("Submit job…");
      browser.type("payload.number", " ");
      browser.type("payload.count", "501");
      browser.choose("payload.urgency", "LOW");
      browser.type("payload.address.city", "Ulm");
      browser.type("itemId", "order-4711");
      browser.type("reason", "The shop is down");
      browser.click("Submit job");

      browser.awaitText("No job was submitted");
      browser.awaitText("must be at most 500");
      browser.picture("submit");
      assertThat(world.jobs.count(JobQuery.all())).isZero();
      browser.replace("payload.number", "M8-20");
      browser.replace("payload.count", "50");
      browser.type("payload.address.street", "Main Street 1");
      browser.click("Submit job");

      browser.awaitText("was submitted.");
      browser.awaitText("order-4711");
      Job job = world.jobs.get(world.jobs.list(JobQuery.all()).items().get(0).id());
      PartOrder order = world.plantJobs.partOrder().find(job.id()).orElseThrow().payload();
      assertThat(order.number()).isEqualTo("M8-20");
      assertThat(order.count()).isEqualTo(50);
      assertThat(order.address()).isEqualTo(new PartOrder.Address("Main Street 1", "Ulm", false));
      assertThat(job.submittedBy()).isEqualTo("ada");
      // Chromium notes each page whose status is that of an error
      assertThat(browser.complaints()).allMatch(line -> line.contains("status of 422"));
    }
  }

  @Test
  void typesSensitiveValuesThatThePageNeitherShowsNorKeeps() {
    try (Browser browser = Browser.start()) {
      browser.open(server.uri().resolve("/types/part.pay/submit"));
      fillIn(browser);
      for (String concealed : List.of("purpose", "codes", "shares")) {
        assertThat(browser.run(SECURITY.formatted(concealed))).as(concealed).isEqualTo("disc");
      }
      browser.type("payload.shares", " ");
      assertThat(browser.run(SECURITY.formatted("shares"))).isEqualTo("none");
      browser.type("reason", "The bank is down");
      browser.click("Submit job");

      browser.awaitText("Sensitive values are not kept. Enter them again.");
      assertThat(browser.run(SECRETS)).isEqualTo("");
      browser.run("history.back()");
      browser.find("form.submit");
      assertThat(browser.run(SECRETS)).isEqualTo("");
      browser.open(server.uri().resolve("/types/part.pay/submit"));
      fillIn(browser);
      browser.type("payload.invoice_no", "4711");
      browser.type("reason", "The bank is down");
      browser.click("Submit job");

      browser.awaitText("was submitted.");
      assertThat(browser.text()).contains("4711", "north").doesNotContain("DE0212", "pumps");
      Job job = world.jobs.get(world.jobs.list(JobQuery.all()).items().get(0).id());
      PartPayment payment = world.plantJobs.partPayment().find(job.id()).orElseThrow().payload();
      assertThat(payment.iban()).isEqualTo("DE0212");
      assertThat(payment.urgent()).isTrue();
      assertThat(payment.shares()).containsExactly(new PartPayment.Share("north", "k-99"));
    }
  }

  /** All but the number of the invoice. */
  private static void fillIn(Browser browser) {
    browser.type("payload.iban", "DE0212");
    browser.type("payload.purpose", "pumps");
    browser.type("payload.amount", "73519");
    browser.type("payload.urgent", "true");
    browser.type("payload.way", "CASH");
    browser.type("payload.codes", "[\"x17\"]");
    browser.replace("payload.shares", "[{\"of\": \"north\", \"account\": \"k-99\"}]");
    browser.run("document.activeElement.blur()");
  }

  @Test
  void pagesFitOnAPhoneAndHaveNamesForScreenReaders() {
    world.startWorker();
    Workflow workflow = Workflow.named("nightly conversion").submittedBy("cron");
    var first = workflow.add(world.plantJobs.cadConvert(), World.convert("a.step"));
    var second = workflow.add(world.plantJobs.cadConvert(), World.convert("b.step"));
    workflow.add(world.plantJobs.mailSend(), new MailSend("d@example.com")).after(first, second);
    UUID id = world.jobs.submit(workflow).id();
    Workflow unfinished = Workflow.named("weekly conversion").submittedBy("cron");
    var quick = unfinished.add(world.plantJobs.cadConvert(), World.convert("hull.step"));
    var slow = unfinished.add(world.plantJobs.cadConvert(), World.convert("slow-turbine.step"));
    unfinished.add(world.plantJobs.mailSend(), new MailSend("d@example.com")).after(quick, slow);
    UUID running = world.jobs.submit(unfinished).id();
    world.awaitCount(JobStatus.RUNNING, 1);
    await()
        .atMost(World.PATIENCE)
        .until(() -> world.jobs.workflows().find(id).orElseThrow().outcome().isPresent());
    UUID job = world.submit("c.step");
    world.awaitStatus(job, JobStatus.COMPLETED);
    try (Browser browser = Browser.start()) {
      for (String path :
          List.of(
              "/",
              "/jobs",
              "/jobs/" + job,
              "/failures",
              "/types",
              "/types/cad.convert",
              "/types/part.order",
              "/types/part.order/submit",
              "/types/part.order/submit?as=json",
              "/types/part.pay/submit",
              "/schedules",
              "/workflows",
              "/workflows/" + id,
              "/workflows/" + running,
              "/workers",
              "/status",
              "/audit")) {
        browser.size(1280, 900);
        browser.open(server.uri().resolve(path));
        assertThat(browser.run(UNNAMED)).describedAs(path).isEqualTo("");
        assertThat(browser.run(CONTRAST)).describedAs(path).isEqualTo("");
        if (path.endsWith(running.toString())) {
          browser.picture("workflow");
        }
        browser.size(390, 800);
        assertThat((Boolean) browser.run(FITS)).describedAs(path).isTrue();
      }
      browser.open(server.uri().resolve("/jobs"));
      browser.run("document.querySelector('table').scrollIntoView()");
      browser.picture("phone");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  /** How the text of a field is drawn. */
  private static final String SECURITY =
      "return getComputedStyle(document.getElementsByName('payload.%s')[0]).webkitTextSecurity;";

  /** What the sensitive fields hold. */
  private static final String SECRETS =
      """
      return [...document.querySelectorAll('[type=password], .secret, .partly-secret')]
        .map(e => e.value.trim()).join('').replace('[]', '');
      """;

  /** Fields, buttons and pictures that a screen reader could not name. */
  private static final String UNNAMED =
      """
      const bad = [];
      document.querySelectorAll('input:not([type=hidden]), select, textarea').forEach(e => {
        if (!e.labels || !e.labels.length || !e.labels[0].textContent.trim()) bad.push(e.outerHTML);
      });
      document.querySelectorAll('a, button, summary').forEach(e => {
        if (!e.textContent.trim() && !e.getAttribute('aria-label')) bad.push(e.outerHTML);
      });
      document.querySelectorAll('svg, [role=img], progress').forEach(e => {
        if (!e.getAttribute('aria-label')) bad.push(e.outerHTML);
      });
      if (document.querySelectorAll('h1').length !== 1) bad.push('not one h1');
      if (document.documentElement.lang !== 'en') bad.push('no language');
      return bad.join('\\n');
      """;

  /** Texts with less contrast than 4.5 to 1. */
  private static final String CONTRAST =
      """
      const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      const rgb = c => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data; };
      const light = c => { const p = [c[0], c[1], c[2]].map(v => { v /= 255;
        return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
        return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]; };
      const bad = [];
      document.querySelectorAll('main *, header *').forEach(e => {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || e.closest('svg') || e.closest('.chart')) return;
        let behind = e, back = null;
        while (behind && (!back || back[3] === 0)) {
          back = rgb(getComputedStyle(behind).backgroundColor); behind = behind.parentElement; }
        const a = light(rgb(getComputedStyle(e).color)), b = light(back);
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) bad.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 120));
      });
      return bad.join('\\n');
      """;

  /** Whether nothing but tables in their boxes is wider than the screen. */
  private static final String FITS =
      "return document.documentElement.scrollWidth <= document.documentElement.clientWidth;";
}
