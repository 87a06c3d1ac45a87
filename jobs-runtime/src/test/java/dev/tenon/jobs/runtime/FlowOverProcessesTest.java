package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.testservers.JavaProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unique jobs, schedules and pauses hold over several processes, one of which is killed. */
@Tag("thorough")
@Tag("servers")
class FlowOverProcessesTest {

  private static final int SUBMITS = 150;

  /** A process may have to start more than once, on a machine that does other things, too. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String SCHEDULE = "each-minute";

  private Fixture fixture;
  private JobService jobs;
  private Connection connection;
  private WorkerFleet workers;
  private final List<JavaProcess> submitters = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    fixture = Fixture.withoutRabbit();
    jobs =
        fixture
            .start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT).maintenance(false))
            .jobs();
    connection = fixture.database().connect();
    workers = new WorkerFleet(fixture);
  }

  @AfterEach
  void stop() throws Exception {
    submitters.forEach(JavaProcess::close);
    workers.close();
    connection.close();
    fixture.close();
  }

  @Test
  void aNameHasOneJobHoweverManyProcessesSubmitItAndOneDies() throws Exception {
    for (int i = 0; i < 4; i++) {
      submitters.add(SubmitterProcess.start(fixture.database(), 40));
    }
    for (JavaProcess process : submitters) {
      String unused = process.awaitLine(SubmitterProcess.SUBMITTING::equals, PATIENCE);
    }
    submitters.remove(0).kill();
    for (JavaProcess process : submitters) {
      String unused = process.awaitLine(SubmitterProcess.DONE::equals, PATIENCE);
    }
    assertThat(number("SELECT count(*) FROM tenon.jobs")).isEqualTo(40);
    assertThat(number("SELECT count(DISTINCT payload ->> 'name') FROM tenon.jobs")).isEqualTo(40);
  }

  /** The transactions that submit also note what they submit, in the order in which they commit. */
  @Test
  void aJobIsAsItsFirstOrLastSubmitSaysHoweverManyProcessesReplaceItAndOneDies() throws Exception {
    execute(ReplacingProcess.TABLE);
    for (int i = 0; i < 3; i++) {
      submitters.add(ReplacingProcess.start(fixture.database(), SUBMITS));
    }
    JavaProcess killed = submitters.remove(0);
    String ofKilled = "SELECT count(*) FROM submits WHERE pid = " + killed.pid();
    await("the process that is to be killed has submitted something")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> number(ofKilled) >= 20);
    killed.kill();
    assertThat(killed.lines()).as("it was in the middle").doesNotContain(ReplacingProcess.DONE);
    for (JavaProcess process : submitters) {
      String unused = process.awaitLine(ReplacingProcess.DONE::equals, PATIENCE);
    }

    long names = (long) ReplacingProcess.TYPES.size() * ReplacingProcess.NAMES;
    assertThat(number("SELECT count(*) FROM tenon.jobs WHERE status = 'pending'")).isEqualTo(names);
    assertThat(number("SELECT count(DISTINCT (type, payload ->> 'name')) FROM tenon.jobs"))
        .isEqualTo(names);
    assertThat(number("SELECT count(*) FROM submits WHERE created")).isEqualTo(names);
    assertThat(
            number(
                "SELECT count(*) FROM submits s JOIN tenon.jobs j ON j.id = s.job_id"
                    + " WHERE j.type <> s.type OR j.payload ->> 'name' <> s.name"))
        .isZero();
    assertThat(
            number("SELECT count(*) FROM submits WHERE job_id NOT IN (SELECT id FROM tenon.jobs)"))
        .isZero();
    assertThat(
            number(
                """
                WITH s AS (
                  SELECT type, name,
                    (array_agg(quantity ORDER BY n))[1] AS first, (array_agg(quantity ORDER BY n DESC))[1] AS last
                  FROM submits GROUP BY type, name)
                SELECT count(*)
                FROM s JOIN tenon.jobs j ON j.type = s.type AND j.payload ->> 'name' = s.name
                WHERE (j.payload ->> 'quantity')::integer = CASE WHEN s.type = '%s' THEN s.first ELSE s.last END
                  AND j.run_at = timestamptz '%s' + CASE WHEN s.type = '%s' THEN s.last ELSE s.first END * interval '1 minute'
                """
                    .formatted(
                        TestJobs.ONCE.type(), ReplacingProcess.time(0), TestJobs.MOVED.type())))
        .as("jobs with the payload and the time that their policy gives them")
        .isEqualTo(names);
  }

  @Test
  void aRunIsNeitherMissedNorDoubledWhenTheProcessDiesThatSubmitsIt() throws Exception {
    List<JavaProcess> processes = workers.start(2, 10);
    JobSchedules schedules = jobs.schedules();
    var unused =
        schedules.put(
            SCHEDULE,
            TestJobs.ORDER,
            new Order("run", 1),
            Timing.cron("* * * * *", ZoneId.of("UTC")),
            ScheduleOptions.defaults().withOverlap(OverlapPolicy.ALLOW),
            Actor.of("tester"));
    await("somebody leads")
        .atMost(Fixture.PATIENCE)
        .until(() -> number("SELECT count(*) FROM tenon.leaders WHERE expires_at > now()") == 1);
    String holder = text("SELECT holder FROM tenon.leaders");
    JavaProcess leader =
        processes.stream()
            .filter(process -> holder.contains(Long.toString(process.pid())))
            .findAny()
            .orElseThrow(() -> new AssertionError(holder + " is none of " + processes));
    leader.kill();
    execute(
        "UPDATE tenon.job_schedules SET next_run_at = date_trunc('minute', now()) - interval '2 minutes'");
    await("the other process has taken over")
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                number("SELECT count(*) FROM tenon.job_schedules WHERE next_run_at > now()") == 1);
    // The ids begin with the times: two that were missed, the one of this minute, and those of
    // full minutes that have passed since the schedule was made
    String minutes =
        "(SELECT ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 60000 AS minute"
            + " FROM tenon.jobs WHERE schedule IS NOT NULL) AS runs";
    long runs = number("SELECT count(*) FROM " + minutes);
    assertThat(runs).isGreaterThanOrEqualTo(3);
    assertThat(number("SELECT count(DISTINCT minute) FROM " + minutes)).isEqualTo(runs);
    assertThat(number("SELECT max(minute) - min(minute) + 1 FROM " + minutes)).isEqualTo(runs);
  }

  @Test
  void aPauseHoldsInEachProcessAndOutlivesOne() throws Exception {
    List<JavaProcess> processes = workers.start(2, 10);
    jobs.types().pause(TestJobs.ORDER.type(), Actor.of("ops", "maintenance"));
    List<UUID> ids = submit(50);
    processes.get(0).kill();
    var unusedOther = workers.start(1, 10);
    // When a job of another type has run, a worker has looked for jobs since
    UUID other =
        jobs.submit(TestJobs.LIMITED, new Order("x", 1), SubmitOptions.by("tester")).jobId();
    var unused = Fixture.awaitStatus(jobs, other, JobStatus.COMPLETED);
    assertThat(number("SELECT count(*) FROM tenon.jobs WHERE attempts > 0")).isEqualTo(1);
    jobs.types().resume(TestJobs.ORDER.type(), Actor.of("ops"));
    for (UUID id : ids) {
      unused = Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    }
  }

  private List<UUID> submit(int count) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      orders.add(new Order("order " + i, 1));
    }
    return jobs.submitAll(TestJobs.ORDER, orders, SubmitOptions.by("tester")).stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void execute(String statement) throws SQLException {
    try (Statement one = connection.createStatement()) {
      boolean unused = one.execute(statement);
    }
  }

  private long number(String query) throws SQLException {
    return Long.parseLong(text(query));
  }

  private String text(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
