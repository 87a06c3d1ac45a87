package dev.tenon.jobs.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.observability.Handlers.OfLetters;
import dev.tenon.jobs.observability.Parcel.What;
import dev.tenon.jobs.operate.Timing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The meters after a run on real servers, and the files that name them. */
class MetricsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TYPE = "watched.parcel.send";
  private static final Path OPERATIONS = Path.of("..", "docs", "operations");

  private static final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private static Watched watched;

  @BeforeAll
  static void run() throws InterruptedException {
    watched = new Watched(new MicrometerJobListener(registry));
    // Nobody takes them yet: they are the backlog
    List<UUID> batch =
        watched
            .jobs
            .parcel()
            .submitAll(List.of(new Parcel(What.SUCCEED), new Parcel(What.SUCCEED)))
            .stream()
            .map(Submitted::jobId)
            .toList();
    UUID letter = watched.jobs.letter().submit(new Letter(OfLetters.DURABLE)).jobId();
    watched.jobs.letter().submit(new Letter(OfLetters.DURABLE));
    await("the backlog is counted")
        .atMost(PATIENCE)
        .until(
            () ->
                gauge("tenon.queue.size", TYPE) == 2
                    && gauge("tenon.queue.size", "watched.letter.send") == 1
                    // As long as none has ended, each counts for a thirtieth of a slot
                    && Math.abs(gauge("tenon.queue.slots", TYPE) - 2 / 30.0) < 1e-9);
    assertThatThrownBy(() -> watched.jobs.parcel().submit(null))
        .isInstanceOf(InvalidPayloadException.class);
    UUID failsOnce = watched.jobs.parcel().submit(new Parcel(What.FAIL_ONCE)).jobId();
    UUID fails = watched.jobs.parcel().submit(new Parcel(What.FAIL)).jobId();
    UUID snoozes = watched.jobs.parcel().submit(new Parcel(What.SNOOZE_ONCE)).jobId();
    watched.startWorker();
    for (UUID each : List.of(batch.get(0), batch.get(1), failsOnce, snoozes)) {
      watched.awaitEnd(each, JobStatus.COMPLETED);
    }
    watched.awaitEnd(fails, JobStatus.FAILED);
    watched.awaitEnd(letter, JobStatus.COMPLETED);
    UUID waits = watched.jobs.parcel().submit(new Parcel(What.WAIT)).jobId();
    watched.parcels.waits.await();
    assertThat(gauge("tenon.job.running", TYPE)).isEqualTo(1);
    // The thread of an earlier one may still have to give its slot back
    await("one slot is taken")
        .atMost(PATIENCE)
        .until(() -> registry.get("tenon.worker.slots.used").gauge().value() == 1);
    watched.parcels.release.countDown();
    watched.awaitEnd(waits, JobStatus.COMPLETED);
    await("the maintenance is read").atMost(PATIENCE).until(() -> isUnhealthy("relay") == 0);
  }

  @AfterAll
  static void close() {
    watched.close();
  }

  private static double gauge(String name, String type) {
    var gauge = registry.find(name).tag("type", type).gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }

  private static double isUnhealthy(String task) {
    var gauge = search("tenon.maintenance.unhealthy", "task", task).gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }

  private static Search search(String name, String... tags) {
    return registry.find(name).tags(tags);
  }

  private static long timed(String name, String... tags) {
    Timer timer = search(name, tags).timer();
    return timer == null ? 0 : timer.count();
  }

  private static double counted(String name, String... tags) {
    var counter = search(name, tags).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void submitsAreTimedAndTheirJobsCounted() {
    // A batch, and four alone
    assertThat(timed("tenon.job.submit", "type", TYPE, "outcome", "success")).isEqualTo(5);
    assertThat(timed("tenon.job.submit", "type", TYPE, "error", "InvalidPayloadException"))
        .isEqualTo(1);
    assertThat(counted("tenon.job.submitted", "type", TYPE, "outcome", "created")).isEqualTo(6);
    assertThat(counted("tenon.job.submitted", "type", TYPE, "outcome", "refused")).isEqualTo(1);
    assertThat(counted("tenon.job.submitted", "type", "watched.letter.send", "outcome", "existing"))
        .isEqualTo(1);
  }

  @Test
  void attemptsAreTimedByTheirOutcomes() {
    assertThat(timed("tenon.job.execution", "type", TYPE, "outcome", "completed")).isEqualTo(5);
    assertThat(
            timed(
                "tenon.job.execution",
                "type",
                TYPE,
                "queue",
                "watched.parcels",
                "outcome",
                "failed",
                "error",
                "IllegalStateException"))
        .isEqualTo(1);
    assertThat(timed("tenon.job.execution", "error", "PermanentJobException")).isEqualTo(1);
    assertThat(timed("tenon.job.execution", "outcome", "snoozed", "error", "none")).isEqualTo(1);
    assertThat(counted("tenon.job.retry", "type", TYPE, "outcome", "failed")).isEqualTo(1);
    assertThat(counted("tenon.job.ended", "type", TYPE, "outcome", "completed")).isEqualTo(5);
    assertThat(counted("tenon.job.ended", "type", TYPE, "outcome", "failed")).isEqualTo(1);
    assertThat(gauge("tenon.job.running", TYPE)).isZero();
  }

  @Test
  void waitsAreThoseOfTheDatabase() {
    Timer wait = registry.get("tenon.job.wait").tag("type", TYPE).timer();
    // Seven jobs, one again after its failure and one after its snooze
    assertThat(wait.count()).isEqualTo(8);
    assertThat(wait.totalTime(TimeUnit.SECONDS)).isPositive();
  }

  @Test
  void pointersAreCounted() {
    assertThat(counted("tenon.pointer.publish", "outcome", "confirmed")).isGreaterThanOrEqualTo(6);
    assertThat(registry.get("tenon.rabbitmq.connected").gauge().value()).isEqualTo(1);
  }

  @Test
  void maintenanceTasksThatAreLateOrFailAreUnhealthy() throws SQLException {
    watched.execute(
        """
        INSERT INTO tenon.maintenance_tasks (name, interval_millis, last_run_at, last_error)
        VALUES ('late', 1000, now() - interval '1 minute', NULL),
               ('failing', 1000, now() + interval '1 hour', 'java.io.IOException'),
               ('in time', 60000, now() - interval '1 minute', NULL)
        """);
    await("the tasks are read").atMost(PATIENCE).until(() -> isUnhealthy("in time") == 0);
    assertThat(isUnhealthy("late")).isEqualTo(1);
    assertThat(isUnhealthy("failing")).isEqualTo(1);
  }

  @Test
  void schedulesThatCannotRunAreCountedUnlessTheyArePaused() throws SQLException {
    Gauge failing = registry.get("tenon.schedule.failing").gauge();
    assertThat(failing.value()).isZero();
    for (String name : List.of("runs", "fails", "is paused")) {
      var unused =
          watched
              .jobs
              .parcel()
              .schedule(
                  name,
                  new Parcel(What.SUCCEED),
                  Timing.cron("0 0 1 1 *", ZoneOffset.UTC),
                  Actor.of("tester"));
    }
    watched.runtime.jobs().schedules().pause("is paused", Actor.of("tester", "It is fixed first"));
    watched.execute(
        "UPDATE tenon.job_schedules SET error = 'No such version' WHERE name <> 'runs'");
    await("the schedule is counted").atMost(PATIENCE).until(() -> failing.value() == 1);
  }

  /** A submit of one job. */
  private record OneSubmit(String type, String routingKey)
      implements JobListener.Submit, JobListener.Jobs {

    @Override
    public JobListener.Source source() {
      return JobListener.Source.ONE;
    }

    @Override
    public String name() {
      return type;
    }

    @Override
    public List<JobListener.Jobs> jobs() {
      return List.of(this);
    }

    @Override
    public boolean isInTransaction() {
      return false;
    }

    @Override
    public int count() {
      return 1;
    }
  }

  @Test
  void histogramsHaveFewBucketsUnlessAFilterAsksForMore() {
    String timer =
        "tenon_job_execution_seconds_bucket{error=\"none\",outcome=\"completed\",queue=\"watched.parcels\"";
    assertThat(registry.scrape().lines().filter(line -> line.startsWith(timer))).hasSize(9);

    PrometheusMeterRegistry fine = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    fine.config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public DistributionStatisticConfig configure(
                  Meter.Id id, DistributionStatisticConfig config) {
                return DistributionStatisticConfig.builder()
                    .percentilesHistogram(id.getName().startsWith("tenon."))
                    .build()
                    .merge(config);
              }
            });
    new MicrometerJobListener(fine)
        .submitting(new OneSubmit("a.b", "jobs.a.b"))
        .failed(new IllegalStateException());
    assertThat(
            fine.scrape()
                .lines()
                .filter(line -> line.startsWith("tenon_job_submit_seconds_bucket")))
        .hasSizeGreaterThan(50);
  }

  @Test
  void labelsAreFew() {
    Set<String> labels =
        registry.getMeters().stream()
            .map(Meter::getId)
            .flatMap(id -> id.getTags().stream())
            .map(tag -> tag.getKey())
            .collect(Collectors.toSet());
    assertThat(labels).isSubsetOf("type", "queue", "outcome", "error", "task", "step");
  }

  /** Every name in the dashboard and the alerts is one that Prometheus has. */
  @Test
  void filesNameOnlyMetricsThatThereAre() throws IOException {
    Set<String> exposed = exposed();
    for (String file : List.of("grafana-dashboard.json", "prometheus-alerts.yml")) {
      assertThat(named(file)).as(file).isNotEmpty().isSubsetOf(exposed);
    }
  }

  /** A rule or panel that asks for another label or outcome would never show anything. */
  @Test
  void filesAskOnlyForLabelsAndOutcomesThatThereAre() throws IOException {
    for (String file : List.of("grafana-dashboard.json", "prometheus-alerts.yml")) {
      String text = Files.readString(OPERATIONS.resolve(file)).replace("\\\"", "\"");
      Set<String> labels = new TreeSet<>();
      found(text, "\\bby \\(([a-z, ]+)\\)")
          .forEach(list -> labels.addAll(List.of(list.split(", ", -1))));
      labels.addAll(found(text, "[{,]([a-z]+)(?:=|!=|=~)\""));
      assertThat(labels)
          .as(file)
          .isSubsetOf("type", "queue", "outcome", "error", "task", "le", "job", "instance");
      Set<String> outcomes = new TreeSet<>();
      found(text, "outcome=~?\"([a-z_|]+)\"")
          .forEach(list -> outcomes.addAll(List.of(list.split("\\|", -1))));
      assertThat(outcomes)
          .as(file)
          .isNotEmpty()
          .isSubsetOf("success", "failure", "created", "failed", "timed_out", "returned");
    }
  }

  @Test
  void stepsAreTimedAndThoseThatAreNotRunAgainAreCounted() {
    String step = "stamp";
    assertThat(timed("tenon.step.execution", "step", step, "outcome", "done")).isOne();
    assertThat(timed("tenon.step.execution", "step", step, "error", "IllegalStateException"))
        .isOne();
    // By the attempt after the sleep
    assertThat(counted("tenon.step.replayed", "type", "watched.letter.send", "step", step))
        .isEqualTo(1);
    assertThat(counted("tenon.step.wait", "step", "overNight", "outcome", "suspended"))
        .isEqualTo(1);
    assertThat(counted("tenon.step.wait", "step", "overNight", "outcome", "elapsed")).isEqualTo(1);
  }

  /** The page has a row for each meter, and none for others. */
  @Test
  void thePageNamesEachMeter() throws IOException {
    Set<String> meters =
        registry.getMeters().stream()
            .map(meter -> meter.getId().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    // Needs a lost worker
    meters.add("tenon.job.rescued");
    // Needs a job that expires
    meters.add("tenon.job.discarded");
    String page = Files.readString(OPERATIONS.resolve("../observability.md"));
    Set<String> listed = new TreeSet<>();
    Matcher rows = Pattern.compile("(?m)^\\| `(tenon\\.[a-z.]+)` \\|").matcher(page);
    while (rows.find()) {
      listed.add(rows.group(1));
    }
    assertThat(listed).isEqualTo(meters);
  }

  private static Set<String> named(String file) throws IOException {
    return found(Files.readString(OPERATIONS.resolve(file)), "\\b(tenon_[a-z_]+)");
  }

  private static Set<String> exposed() {
    Set<String> exposed = found(registry.scrape(), "(?m)^(tenon_[a-z_]+)");
    // Needs a lost worker; the counters of retries have the same form
    exposed.add("tenon_job_rescued_total");
    exposed.add("tenon_job_discarded_total");
    return exposed;
  }

  private static Set<String> found(String text, String pattern) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
