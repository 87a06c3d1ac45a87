package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Schedules on real servers: what is submitted, by whom, and what is not. */
class SchedulesTest {

  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final String NAME = "report-of-shop-7";

  private Fixture fixture;
  private Connection connection;
  private DSLContext sql;

  @BeforeEach
  void open() throws SQLException {
    fixture = Fixture.withoutRabbit();
    connection = fixture.database().connect();
    sql = DSL.using(connection, SQLDialect.POSTGRES);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    fixture.close();
  }

  private JobSchedules schedules() {
    return fixture.start().jobs().schedules();
  }

  private static JobSchedule put(JobSchedules schedules, String cron, OverlapPolicy overlap) {
    return schedules.put(
        NAME,
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron(cron, UTC),
        ScheduleOptions.defaults().withOverlap(overlap),
        Actor.of("ann"));
  }

  /** A schedule that is due every minute, but has done nothing for a while. */
  private void setNext(String name, Instant time) {
    sql.execute(
        "UPDATE tenon.job_schedules SET next_run_at = {0} WHERE name = {1}",
        DSL.val(time), DSL.val(name));
  }

  private Instant databaseNow() {
    return sql.select(DSL.currentInstant()).fetchSingle().value1();
  }

  private Instant thisMinute() {
    return databaseNow().truncatedTo(ChronoUnit.MINUTES);
  }

  /**
   * Far enough from the next full minute that no run comes in while the test looks. A schedule is
   * made afterwards: one that was there before may have run at the full minute that this waits for.
   */
  private Instant awaitMiddleOfAMinute() {
    await().atMost(Duration.ofSeconds(70)).until(() -> databaseNow().getEpochSecond() % 60 < 40);
    return thisMinute();
  }

  private List<UUID> jobs(String name) {
    return sql.resultQuery(
            "SELECT id FROM tenon.jobs WHERE schedule = {0} ORDER BY id", DSL.val(name))
        .fetch(0, UUID.class);
  }

  private void awaitAdvanced(String name) {
    await("the schedule has moved on")
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                sql.fetchValue(
                        "SELECT next_run_at > now() FROM tenon.job_schedules WHERE name = {0}",
                        DSL.val(name))
                    .equals(true));
  }

  private void endAllJobs() {
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now()");
  }

  private static List<UUID> ids(String name, Instant first, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ScheduledRuns.jobId(name, first.plusSeconds(60L * i)))
        .toList();
  }

  // What is submitted

  @Test
  void aRunIsSubmittedOnceByTwoRuntimesAndRuns() throws Exception {
    try (Fixture rabbit = Fixture.withRabbit();
        Connection own = rabbit.database().connect()) {
      DSLContext table = DSL.using(own, SQLDialect.POSTGRES);
      CountDownLatch handled = new CountDownLatch(1);
      JobsRuntime one = rabbit.start();
      JobsRuntime other = rabbit.start();
      JobWorker unused =
          other.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.QUIET,
                      (order, context) -> {
                        handled.countDown();
                        return null;
                      }));
      put(one.jobs().schedules(), "* * * * *", OverlapPolicy.ALLOW);
      Instant due = Instant.now().truncatedTo(ChronoUnit.MINUTES);
      table.execute("UPDATE tenon.job_schedules SET next_run_at = {0}", DSL.val(due));
      UUID id = ScheduledRuns.jobId(NAME, due);
      await().atMost(Fixture.PATIENCE).until(() -> one.jobs().find(id).isPresent());
      Fixture.awaitStatus(one.jobs(), id, JobStatus.COMPLETED);
      assertThat(handled.getCount()).isZero();
      assertThat(table.fetchCount(DSL.table("tenon.jobs"), DSL.condition("id = {0}", DSL.val(id))))
          .isOne();
      JobSchedule read = one.jobs().schedules().get(NAME);
      assertThat(read.lastRun().orElseThrow().jobId().toString())
          .isGreaterThanOrEqualTo(id.toString());
      assertThat(read.nextRunAt().orElseThrow()).isAfter(due);
      assertThat(one.jobs().get(id).submittedBy()).isEqualTo("schedule:" + NAME);
    }
  }

  @Test
  void whatWasMissedWhileNoProcessRanIsSubmittedOnceWhoeverComes() {
    put(schedules(), "* * * * *", OverlapPolicy.ALLOW);
    fixture.closeRuntimes();
    Instant first = thisMinute().minusSeconds(120);
    setNext(NAME, first);
    JobSchedules schedules = schedules();
    JobsRuntime unused = fixture.start();
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).startsWith(ids(NAME, first, 3).toArray(UUID[]::new));
    // A leader that was frozen, or a table that was put back, finds the jobs there
    setNext(NAME, first);
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).doesNotHaveDuplicates().containsAll(ids(NAME, first, 3));
    assertThat(jobs(NAME).size())
        .isLessThanOrEqualTo((int) ChronoUnit.MINUTES.between(first, databaseNow()) + 1);
    assertThat(schedules.get(NAME).lastRun().orElseThrow().at())
        .isAfterOrEqualTo(first.plusSeconds(120));
  }

  @Test
  void anotherProcessTakesOverWhenTheLeaderEnds() {
    JobsRuntime leader = fixture.start();
    put(leader.jobs().schedules(), "* * * * *", OverlapPolicy.ALLOW);
    setNext(NAME, thisMinute());
    awaitAdvanced(NAME);
    JobsRuntime other = fixture.start();
    leader.close();
    setNext(NAME, thisMinute().minusSeconds(60));
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).contains(ScheduledRuns.jobId(NAME, thisMinute().minusSeconds(60)));
    assertThat(other.jobs().schedules().get(NAME).isPaused()).isFalse();
  }

  @Test
  void onlyWhatIsInTheCatchUpWindowIsMadeUpForAndTheRestIsLogged() {
    JobSchedules schedules = schedules();
    put(schedules, "0 * * * *", OverlapPolicy.ALLOW);
    sql.execute(
        "UPDATE tenon.job_schedules SET catch_up_millis = {0}",
        DSL.val(Duration.ofMinutes(150).toMillis()));
    Instant hour = databaseNow().truncatedTo(ChronoUnit.HOURS);
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.schedule")) {
      setNext(NAME, hour.minus(Duration.ofHours(50)));
      awaitAdvanced(NAME);
      assertThat(jobs(NAME)).hasSizeBetween(2, 3);
      assertThat(log.warnings())
          .filteredOn(line -> line.contains("skipped its runs"))
          .singleElement()
          .asString()
          .contains(
              "The schedule 'report-of-shop-7' skipped its runs from "
                  + hour.minus(Duration.ofHours(50))
                  + " to ");
    }
    assertThat(schedules.get(NAME).leftOutAt().orElseThrow())
        .isAfter(hour.minus(Duration.ofHours(5)));
  }

  @Test
  void noMoreThanAHundredRunsAreMadeUpFor() {
    JobSchedules schedules = schedules();
    schedules.put(
        NAME,
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("* * * * *", UTC),
        ScheduleOptions.defaults()
            .withOverlap(OverlapPolicy.ALLOW)
            .withCatchUp(Duration.ofDays(10)),
        Actor.of("ann"));
    setNext(NAME, thisMinute().minus(Duration.ofDays(9)));
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).hasSizeBetween(100, 101);
    assertThat(jobs(NAME)).contains(ScheduledRuns.jobId(NAME, thisMinute().minusSeconds(60)));
  }

  @Test
  void theRealTaskSubmitsADailyRunOnceOnBothDaysOnWhichTheClockIsChanged() {
    JobSchedules schedules = schedules();
    schedules.put(
        "spring",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("30 2 28-30 3 *", ZoneId.of("Europe/Berlin")),
        ScheduleOptions.defaults()
            .withOverlap(OverlapPolicy.ALLOW)
            .withCatchUp(Duration.ofDays(36_000)),
        Actor.of("ann"));
    schedules.put(
        "autumn",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("30 2 24-26 10 *", ZoneId.of("Europe/Berlin")),
        ScheduleOptions.defaults()
            .withOverlap(OverlapPolicy.ALLOW)
            .withCatchUp(Duration.ofDays(36_000)),
        Actor.of("ann"));
    setNext("spring", Instant.parse("2020-03-28T01:30:00Z"));
    setNext("autumn", Instant.parse("2020-10-24T00:30:00Z"));
    awaitAdvanced("spring");
    awaitAdvanced("autumn");
    assertThat(jobs("spring"))
        .startsWith(
            ScheduledRuns.jobId("spring", Instant.parse("2020-03-28T01:30:00Z")),
            ScheduledRuns.jobId("spring", Instant.parse("2020-03-29T01:30:00Z")),
            ScheduledRuns.jobId("spring", Instant.parse("2020-03-30T00:30:00Z")));
    assertThat(jobs("autumn"))
        .startsWith(
            ScheduledRuns.jobId("autumn", Instant.parse("2020-10-24T00:30:00Z")),
            ScheduledRuns.jobId("autumn", Instant.parse("2020-10-25T00:30:00Z")),
            ScheduledRuns.jobId("autumn", Instant.parse("2020-10-26T01:30:00Z")));
  }

  @Test
  void aJobHasWhatItsScheduleSaysAndIsLimitedAsItsTypeIs() {
    JobDefinition<Order, Void> limited =
        TestCodecs.builder("test.limited", Order.class, Void.class)
            .limits(JobLimits.NONE.withMaxConcurrentPerKey(1))
            .limitBy("name", Order::name)
            .retention(Duration.ofHours(5))
            .retentionOfFailed(Duration.ofHours(7))
            .external(true)
            .build();
    JobSchedules schedules = schedules();
    schedules.put(
        NAME,
        limited,
        new Order("tenant", 2),
        Timing.cron("* * * * *", UTC),
        ScheduleOptions.defaults()
            .withPriority(JobPriority.HIGH)
            .withItemId("shop-7")
            .withJitter(Duration.ofDays(30)),
        Actor.of("ann"));
    Instant due = thisMinute();
    setNext(NAME, due);
    awaitAdvanced(NAME);
    var row = sql.fetchSingle("SELECT * FROM tenon.jobs ORDER BY id LIMIT 1");
    assertThat(row.get("id")).isEqualTo(ScheduledRuns.jobId(NAME, due));
    assertThat(row.get("type")).isEqualTo("test.limited");
    assertThat(row.get("limit_key")).isEqualTo("tenant");
    assertThat(row.get("priority", int.class)).isEqualTo(JobPriority.HIGH.level());
    assertThat(row.get("item_id")).isEqualTo("shop-7");
    assertThat(row.get("retention_seconds")).isEqualTo(5L * 3600);
    assertThat(row.get("failed_retention_seconds")).isEqualTo(7L * 3600);
    assertThat(row.get("external_policy").toString()).contains("timeoutMillis");
    assertThat(row.get("payload").toString()).contains("\"tenant\"");
    assertThat(row.get("run_at", Instant.class))
        .isEqualTo(due.plus(ScheduledRuns.jitter(NAME, due, Duration.ofDays(30))));
  }

  // Runs that overlap

  @Test
  void skipLeavesARunOutWhileAnEarlierOneHasNotEnded() {
    JobSchedules schedules = schedules();
    Instant minute = awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.SKIP);
    setNext(NAME, minute.minusSeconds(120));
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).containsExactlyElementsOf(ids(NAME, minute.minusSeconds(120), 1));
    assertThat(schedules.get(NAME).leftOutAt()).contains(minute);
    assertThat(schedules.get(NAME).lastRun().orElseThrow().at())
        .isEqualTo(minute.minusSeconds(120));
    endAllJobs();
    setNext(NAME, minute);
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).hasSize(2).contains(ScheduledRuns.jobId(NAME, minute));
  }

  @Test
  void queueOneLetsOneRunWaitForTheEarlierOne() {
    JobSchedules schedules = schedules();
    Instant minute = awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.QUEUE_ONE);
    setNext(NAME, minute.minusSeconds(120));
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).containsExactlyElementsOf(ids(NAME, minute.minusSeconds(120), 1));
    assertThat(schedules.get(NAME).waitingRunAt()).contains(minute.minusSeconds(60));
    assertThat(schedules.get(NAME).leftOutAt()).contains(minute);
    endAllJobs();
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs(NAME).equals(ids(NAME, minute.minusSeconds(120), 2)));
    assertThat(schedules.get(NAME).waitingRunAt()).isEmpty();
    assertThat(schedules.get(NAME).lastRun().orElseThrow().at()).isEqualTo(minute.minusSeconds(60));
  }

  @Test
  void allowSubmitsEveryRun() {
    JobSchedules schedules = schedules();
    Instant minute = awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    setNext(NAME, minute.minusSeconds(120));
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).containsExactlyElementsOf(ids(NAME, minute.minusSeconds(120), 3));
  }

  @Test
  void cancelRunningCancelsWhatWaitsAndWhatRuns() throws Exception {
    JobsRuntime runtime = fixture.start();
    JobSchedules schedules = runtime.jobs().schedules();
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    Instant minute = awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.CANCEL_RUNNING);
    setNext(NAME, minute.minusSeconds(180));
    awaitAdvanced(NAME);
    List<UUID> first = jobs(NAME);
    assertThat(first).containsExactlyElementsOf(ids(NAME, minute, 1));
    JobWorker unused =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      if (started.getCount() == 0) {
                        return null;
                      }
                      started.countDown();
                      while (!context.isCancelled()) {
                        Thread.onSpinWait();
                      }
                      cancelled.countDown();
                      context.checkCancelled();
                      return null;
                    }));
    assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
    // A run at another minute, whose job has another id
    Instant next = minute.minusSeconds(240);
    sql.execute(
        "UPDATE tenon.job_schedules SET cron = {0}, next_run_at = {1}",
        DSL.val(hourly(next)), DSL.val(next));
    awaitAdvanced(NAME);
    Fixture.awaitStatus(runtime.jobs(), first.get(0), JobStatus.CANCELLED);
    assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(jobs(NAME)).hasSize(2);
  }

  @Test
  void cancelRunningFindsTheRunThatABackfillHasSubmitted() {
    JobsRuntime runtime = fixture.start();
    JobSchedules schedules = runtime.jobs().schedules();
    Instant minute = awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.CANCEL_RUNNING);
    List<UUID> runs =
        schedules.backfill(NAME, minute.minusSeconds(120), minute.plusSeconds(1), Actor.of("ben"));
    assertThat(runs).hasSize(3);
    setNext(NAME, minute.minusSeconds(120));
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).containsExactlyElementsOf(runs);
    assertThat(runs)
        .extracting(id -> runtime.jobs().get(id).status())
        .containsExactly(JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.PENDING);
    assertThat(schedules.get(NAME).lastRun().orElseThrow().jobId()).isEqualTo(runs.get(2));
  }

  private static String hourly(Instant time) {
    return time.atZone(UTC).getMinute() + " * * * *";
  }

  // By hand

  @Test
  void aPausedScheduleSubmitsNothingAlsoAfterARestartUntilItIsResumed() {
    JobSchedules schedules = schedules();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    put(schedules, "*/2 * * * *", OverlapPolicy.ALLOW);
    schedules.pause(NAME, Actor.of("ben", "the shop is closed"));
    setNext(NAME, thisMinute().minusSeconds(600));
    fixture.closeRuntimes();
    schedules = schedules();
    schedules.put(
        "other",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("* * * * *", UTC),
        ScheduleOptions.defaults(),
        Actor.of("ann"));
    setNext("other", thisMinute());
    awaitAdvanced("other");
    assertThat(jobs(NAME)).isEmpty();
    JobSchedule paused = schedules.get(NAME);
    assertThat(paused.isPaused()).isTrue();
    assertThat(paused.nextRunAt()).isEmpty();
    assertThat(paused.pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(paused.pause().orElseThrow().reason()).isEqualTo("the shop is closed");
    assertThat(paused.created().by()).contains("ann");
    assertThat(paused.changed().by()).contains("ben");
    schedules.resume(NAME, Actor.of("cleo"));
    JobSchedule resumed = schedules.get(NAME);
    assertThat(resumed.isPaused()).isFalse();
    assertThat(resumed.nextRunAt().orElseThrow()).isAfter(databaseNow().minusSeconds(60));
    assertThat(resumed.changed().by()).contains("cleo");
    schedules.resume(NAME, Actor.of("dan"));
    assertThat(schedules.get(NAME).changed().by()).contains("cleo");
    assertThatThrownBy(() -> schedules().pause("nobody", Actor.of("ben", "x")))
        .isInstanceOf(JobScheduleNotFoundException.class)
        .hasMessageContaining("There is no schedule with the name 'nobody'.");
  }

  @Test
  void runNowSubmitsAJobAndLeavesTheNextRunAsItIs() {
    JobsRuntime runtime = fixture.start();
    JobSchedules schedules = runtime.jobs().schedules();
    Instant next = put(schedules, "0 0 1 1 *", OverlapPolicy.SKIP).nextRunAt().orElseThrow();
    schedules.pause(NAME, Actor.of("ben", "x"));
    UUID id = schedules.runNow(NAME, Actor.of("cleo"));
    UUID another = schedules.runNow(NAME, Actor.of("cleo"));
    assertThat(another).isNotEqualTo(id);
    assertThat(runtime.jobs().get(id).submittedBy()).isEqualTo("cleo");
    assertThat(runtime.jobs().get(id).type()).isEqualTo(TestJobs.QUIET.type());
    assertThat(schedules.get(NAME).lastRun().orElseThrow().jobId()).isEqualTo(another);
    schedules.resume(NAME, Actor.of("ben"));
    assertThat(schedules.get(NAME).nextRunAt()).contains(next);
    assertThatThrownBy(() -> schedules.runNow("nobody", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);
  }

  @Test
  void aBackfillSubmitsEachRunOfARangeOnce() {
    JobSchedules schedules = schedules();
    put(schedules, "0 * * * *", OverlapPolicy.SKIP);
    Instant from = databaseNow().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(10));
    Instant to = from.plus(Duration.ofHours(5));
    List<UUID> ids = schedules.backfill(NAME, from, to, Actor.of("ben"));
    assertThat(ids).hasSize(5).isSorted().startsWith(ScheduledRuns.jobId(NAME, from));
    assertThat(schedules.backfill(NAME, from, to, Actor.of("ben"))).isEqualTo(ids);
    assertThat(schedules.backfill(NAME, from, to.plus(Duration.ofHours(1)), Actor.of("ben")))
        .hasSize(6)
        .startsWith(ids.toArray(UUID[]::new));
    assertThat(jobs(NAME)).hasSize(6);
    // Runs to come are left to the schedule
    assertThat(schedules.backfill(NAME, from, from.plus(Duration.ofDays(2)), Actor.of("ben")))
        .hasSizeBetween(11, 12);
    assertThatThrownBy(() -> schedules.backfill(NAME, to, from, Actor.of("ben")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must not end before it starts");
    assertThatThrownBy(() -> schedules.backfill(NAME, Instant.EPOCH, to, Actor.of("ben")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 10,000 runs");
    assertThat(schedules.remove(NAME, Actor.of("ann"))).isTrue();
    assertThat(schedules.remove(NAME, Actor.of("ann"))).isFalse();
    assertThat(schedules.find(NAME)).isEmpty();
  }

  @Test
  void whatCannotBeAScheduleIsRefused() {
    JobService jobs = fixture.start().jobs();
    TypedJobs<Order, ?> typed = new TypedJobs<>(TestJobs.ORDER, jobs, jobs);
    Order order = new Order("x", 1);
    assertThatThrownBy(
            () -> typed.schedule(NAME, order, Timing.cron("0 25 * * *", UTC), Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has '25' as the hour, at column 3.");
    assertThatThrownBy(
            () ->
                typed.schedule(
                    NAME, new Order("x", 0), Timing.cron("0 1 * * *", UTC), Actor.of("ann")))
        .isInstanceOf(InvalidPayloadException.class);
    assertThatThrownBy(
            () -> typed.schedule(" ", order, Timing.cron("0 1 * * *", UTC), Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The name of the schedule is blank");
    assertThat(jobs.schedules().list()).isEmpty();
    JobSchedule made = typed.schedule(NAME, order, Timing.cron("0 1 * * *", UTC), Actor.of("ann"));
    assertThat(made.nextRunAt().orElseThrow()).isAfter(databaseNow());
    assertThat(jobs.schedules().list()).containsExactly(made);
  }

  // What applications declare

  private static JobDefinition<Order, Void> declared(String type, String cron, String... aliases) {
    return TestCodecs.builder(type, Order.class, Void.class)
        .aliases(aliases)
        .schedule(
            CronSchedule.of(cron, ZoneId.of("Europe/Berlin"), () -> new Order("declared", 1))
                .withOverlap(OverlapPolicy.ALLOW))
        .build();
  }

  private static JobDefinition<Order, Void> plain(String type, String... aliases) {
    return TestCodecs.builder(type, Order.class, Void.class).aliases(aliases).build();
  }

  private JobSchedules startWith(JobDefinition<?, ?>... definitions) {
    return restart(definitions).jobs().schedules();
  }

  private JobsRuntime restart(JobDefinition<?, ?>... definitions) {
    fixture.closeRuntimes();
    return fixture.start(fixture.builder().modules(module(definitions)));
  }

  private static ModuleDefinition module(JobDefinition<?, ?>... definitions) {
    List<JobDefinition<?, ?>> all = List.of(definitions);
    return new ModuleDefinition() {
      @Override
      public String name() {
        return "Declared";
      }

      @Override
      public List<JobDefinition<?, ?>> definitions() {
        return all;
      }

      @Override
      public List<ModuleDefinition> includes() {
        return List.of();
      }

      @Override
      public Optional<JobDefinition<?, ?>> find(String type) {
        return Stream.<JobDefinition<?, ?>>of(definitions)
            .filter(each -> each.type().equals(type))
            .findFirst();
      }
    };
  }

  @Test
  void aDeclaredScheduleFollowsTheDeclarationAndKeepsItsPause() {
    JobSchedules schedules =
        startWith(declared("test.daily", "30 3 * * *"), declared("test.gone", "0 4 * * *"));
    JobSchedule first = schedules.get("test.daily");
    assertThat(first.isDeclared()).isTrue();
    assertThat(first.timing()).isEqualTo(new Timing.Cron("30 3 * * *", "Europe/Berlin"));
    assertThat(first.created().by()).isEmpty();
    schedules.pause("test.daily", Actor.of("ben", "x"));
    setNext("test.daily", Instant.parse("2020-01-01T00:00:00Z"));
    // Earlier than its expression says: a later time would be brought forward
    Instant next = schedules.get("test.gone").nextRunAt().orElseThrow().minusMillis(1);
    setNext("test.gone", next);

    // The same declaration changes nothing, not even the next run
    schedules = startWith(declared("test.daily", "30 3 * * *"), declared("test.gone", "0 4 * * *"));
    assertThat(schedules.get("test.gone").nextRunAt()).contains(next);
    assertThat(schedules.get("test.daily").changed().by()).contains("ben");

    // Another expression starts from now, and a type without one has no schedule any more
    schedules = startWith(declared("test.daily", "0 5 * * *"), plain("test.gone"));
    assertThat(schedules.list()).hasSize(1);
    JobSchedule changed = schedules.get("test.daily");
    assertThat(changed.timing()).isEqualTo(new Timing.Cron("0 5 * * *", "Europe/Berlin"));
    assertThat(changed.isPaused()).isTrue();
    assertThat(sql.fetchValue("SELECT next_run_at > now() FROM tenon.job_schedules"))
        .isEqualTo(true);

    // A process that knows no types, or others, leaves the schedules alone
    schedules = startWith(plain("test.other"));
    assertThat(schedules.list()).hasSize(1);
    assertThatThrownBy(
            () -> {
              JobSchedules own = fixture.start().jobs().schedules();
              own.put(
                  "test.daily",
                  TestJobs.QUIET,
                  new Order("x", 1),
                  Timing.cron("0 5 * * *", UTC),
                  ScheduleOptions.defaults(),
                  Actor.of("ann"));
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The application declares a schedule with the name 'test.daily'");

    // A renamed type takes its schedule along
    schedules = startWith(declared("test.renamed", "0 5 * * *", "test.daily"));
    assertThat(schedules.list()).hasSize(1);
    assertThat(schedules.get("test.renamed").pause().orElseThrow().by()).isEqualTo("ben");
  }

  private static JobDefinition<Order, Void> skipping(String type, String... aliases) {
    return TestCodecs.builder(type, Order.class, Void.class)
        .aliases(aliases)
        .schedule(
            CronSchedule.of("* * * * *", UTC, () -> new Order("declared", 1))
                .withOverlap(OverlapPolicy.SKIP))
        .build();
  }

  @Tag("thorough")
  @Test
  void aRunThatHasNotEndedKeepsOthersOutAlsoAfterARename() {
    Instant unused = awaitMiddleOfAMinute();
    JobSchedules schedules = startWith(skipping("test.old"));
    // No run comes in between
    setNext("test.old", Instant.parse("2100-01-01T00:00:00Z"));
    UUID ended = schedules.runNow("test.old", Actor.of("ben"));
    endAllJobs();
    UUID unended = schedules.runNow("test.old", Actor.of("ben"));
    schedules = startWith(skipping("test.new", "test.old"));
    setNext("test.new", thisMinute());
    awaitAdvanced("test.new");
    assertThat(schedules.get("test.new").leftOutAt()).isPresent();
    assertThat(jobs("test.new")).containsExactly(unended);
    assertThat(jobs("test.old")).containsExactly(ended);
  }

  @Test
  void aRunOfAnEarlierNameKeepsOthersOutAlsoIfTheScheduleHasItsNewNameAlready() {
    Instant unused = awaitMiddleOfAMinute();
    JobSchedules schedules = startWith(skipping("test.old"), skipping("test.new"));
    setNext("test.old", Instant.parse("2100-01-01T00:00:00Z"));
    setNext("test.new", Instant.parse("2100-01-01T00:00:00Z"));
    UUID unended = schedules.runNow("test.old", Actor.of("ben"));
    schedules = startWith(skipping("test.new", "test.old"));
    assertThat(schedules.list()).hasSize(1);
    setNext("test.new", thisMinute());
    awaitAdvanced("test.new");
    assertThat(schedules.get("test.new").leftOutAt()).isPresent();
    assertThat(sql.fetch("SELECT id FROM tenon.jobs").getValues(0, UUID.class))
        .containsExactly(unended);
  }

  @Test
  void aDeclaredScheduleIsFiredByALeaderThatDoesNotKnowTheType() {
    JobSchedules unused = startWith(declared("test.daily", "* * * * *"));
    fixture.closeRuntimes();
    Instant due = thisMinute();
    setNext("test.daily", due);
    JobSchedules others = startWith(plain("test.other"));
    awaitAdvanced("test.daily");
    assertThat(jobs("test.daily")).contains(ScheduledRuns.jobId("test.daily", due));
    assertThat(others.get("test.daily").type()).isEqualTo("test.daily");
  }

  @Test
  void aScheduleOfRunTimeFollowsItsTypeAtTheNextStart() {
    JobSchedules schedules = startWith(plain("test.old"));
    Instant planned =
        schedules
            .put(
                NAME,
                plain("test.old"),
                new Order("x", 1),
                Timing.cron("0 0 1 1 *", UTC),
                ScheduleOptions.defaults(),
                Actor.of("ann"))
            .nextRunAt()
            .orElseThrow();
    // Too little for maintenance to correct it, and enough to tell whether the start plans it again
    sql.execute("UPDATE tenon.job_schedules SET next_run_at = next_run_at - interval '30 seconds'");
    JobDefinition<Order, Void> changed =
        TestCodecs.builder("test.new", Order.class, Void.class)
            .aliases("test.old")
            .routingKey("jobs.elsewhere")
            .limits(JobLimits.NONE.withMaxConcurrent(1))
            .build();
    schedules = startWith(changed);
    JobSchedule today = schedules.get(NAME);
    assertThat(today.type()).isEqualTo("test.new");
    assertThat(today.nextRunAt()).contains(planned.minusSeconds(30));
    assertThat(today.created().by()).contains("ann");
    assertThat(sql.fetchValue("SELECT routing_key FROM tenon.job_schedules"))
        .isEqualTo("jobs.elsewhere");
    // Without it, jobs of the schedule would run past the new limit
    assertThat(sql.fetchValue("SELECT limit_key FROM tenon.job_schedules")).isEqualTo("");
  }

  @Test
  void aScheduleThatAnUpcasterCannotReadStaysAsItIs() {
    JobSchedules schedules = startWith(plain("test.old"));
    schedules.put(
        NAME,
        plain("test.old"),
        new Order("x", 1),
        Timing.cron("0 0 1 1 *", UTC),
        ScheduleOptions.defaults(),
        Actor.of("ann"));
    schedules =
        startWith(
            TestCodecs.builder("test.old", Order.class, Void.class)
                .version(2)
                .upcaster(
                    1,
                    json -> {
                      throw new NullPointerException("a component that was optional");
                    })
                .build());
    assertThat(schedules.get(NAME).type()).isEqualTo("test.old");
    assertThat(sql.fetchValue("SELECT version FROM tenon.job_schedules")).isEqualTo(1);
  }

  private static JobDefinition<Order, Void> prioritised(String type, JobPriority priority) {
    return TestCodecs.builder(type, Order.class, Void.class).priority(priority).build();
  }

  private JobPriority priorityOfARun(JobSchedules schedules, String name) {
    UUID id = schedules.runNow(name, Actor.of("ben"));
    return JobPriority.ofLevel(
        sql.fetchSingle("SELECT priority FROM tenon.jobs WHERE id = {0}", DSL.val(id))
            .get(0, short.class));
  }

  @Test
  void aScheduleWithoutItsOwnPriorityHasThatOfItsTypeAfterADeploymentToo() {
    JobDefinition<Order, Void> before = prioritised("test.report", JobPriority.NORMAL);
    JobSchedules schedules = startWith(before);
    for (String name : List.of("plain", "named")) {
      ScheduleOptions options =
          name.equals("plain")
              ? ScheduleOptions.defaults()
              : ScheduleOptions.defaults().withPriority(JobPriority.NORMAL);
      JobSchedule made =
          schedules.put(
              name,
              before,
              new Order("x", 1),
              Timing.cron("0 0 1 1 *", UTC),
              options,
              Actor.of("ann"));
      assertThat(made.options().priority()).isEqualTo(options.priority());
    }

    JobDefinition<Order, Void> today = prioritised("test.report", JobPriority.HIGH);
    JobsRuntime runtime = restart(today);
    schedules = runtime.jobs().schedules();
    assertThat(priorityOfARun(schedules, "plain")).isEqualTo(JobPriority.HIGH);
    assertThat(priorityOfARun(schedules, "named")).isEqualTo(JobPriority.NORMAL);
    assertThat(schedules.get("plain").options().priority()).isEmpty();
    assertThat(schedules.get("named").options().priority()).contains(JobPriority.NORMAL);

    // An override counts as it does for other jobs: not for what was named, also if the type says
    // the same
    runtime
        .jobs()
        .types()
        .override(
            "test.report",
            JobTypeOverrides.none().withPriority(JobPriority.LOW),
            Actor.of("ops", "x"));
    assertThat(priorityOfARun(schedules, "plain")).isEqualTo(JobPriority.LOW);
    runtime = restart(before);
    schedules = runtime.jobs().schedules();
    assertThat(priorityOfARun(schedules, "plain")).isEqualTo(JobPriority.LOW);
    assertThat(priorityOfARun(schedules, "named")).isEqualTo(JobPriority.NORMAL);
    runtime.jobs().types().clearOverrides("test.report", Actor.of("ops"));
    assertThat(priorityOfARun(schedules, "plain")).isEqualTo(JobPriority.NORMAL);
  }

  @Test
  void aPauseIsKeptWhileNoDeclarationIsThere() {
    JobSchedules schedules = startWith(declared("test.daily", "30 3 * * *"));
    schedules.pause("test.daily", Actor.of("ben", "the warehouse moves"));
    setNext("test.daily", Instant.parse("2020-01-01T00:00:00Z"));

    // Without a declaration there is no schedule
    schedules = startWith(plain("test.daily"));
    assertThat(schedules.list()).isEmpty();
    assertThat(schedules.find("test.daily")).isEmpty();
    JobSchedules gone = schedules;
    assertThatThrownBy(() -> gone.runNow("test.daily", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);
    assertThatThrownBy(() -> gone.pause("test.daily", Actor.of("ben", "x")))
        .isInstanceOf(JobScheduleNotFoundException.class);
    assertThatThrownBy(() -> gone.resume("test.daily", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);

    schedules = startWith(declared("test.daily", "30 3 * * *"));
    JobSchedule back = schedules.get("test.daily");
    assertThat(back.pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(back.pause().orElseThrow().reason()).isEqualTo("the warehouse moves");

    // Also under a new name of the type, and if that has no declaration at first
    schedules = startWith(plain("test.nightly", "test.daily"));
    assertThat(schedules.list()).isEmpty();
    schedules = startWith(declared("test.nightly", "30 3 * * *", "test.daily"));
    assertThat(schedules.list()).hasSize(1);
    assertThat(schedules.get("test.nightly").pause().orElseThrow().by()).isEqualTo("ben");
    schedules.resume("test.nightly", Actor.of("cleo"));
    assertThat(schedules.get("test.nightly").nextRunAt().orElseThrow()).isAfter(databaseNow());

    // What is not paused leaves nothing behind
    restart(plain("test.nightly")).close();
    assertThat(sql.fetchCount(DSL.table("tenon.job_schedules"))).isZero();
  }

  @Test
  void aScheduleOfRunTimeMayHaveTheNameOfOneThatIsNotDeclaredAnyMore() {
    JobSchedules schedules = startWith(declared("test.daily", "30 3 * * *"));
    schedules.pause("test.daily", Actor.of("ben", "the warehouse moves"));
    schedules = startWith(plain("test.daily"));
    assertThat(schedules.remove("test.daily", Actor.of("ann"))).isFalse();
    JobSchedule made =
        schedules.put(
            "test.daily",
            plain("test.daily"),
            new Order("x", 1),
            Timing.cron("0 0 1 1 *", UTC),
            ScheduleOptions.defaults(),
            Actor.of("ann"));
    assertThat(made.isPaused()).as("it is another schedule").isFalse();
    assertThat(made.isDeclared()).isFalse();
    assertThat(made.created().by()).contains("ann");
    assertThat(schedules.list()).containsExactly(made);
  }

  @Test
  void anEarlierVersionThatIsStartedAgainTakesTheScheduleOfTheRenamedTypeBack() {
    Instant unused = awaitMiddleOfAMinute();
    restart(skipping("test.old")).close();
    setNext("test.old", Instant.parse("2100-01-01T00:00:00Z"));
    JobSchedules schedules = startWith(skipping("test.new", "test.old"));
    UUID unended = schedules.runNow("test.new", Actor.of("ben"));
    schedules.pause("test.new", Actor.of("ben", "x"));

    // Both names would fire, for ever, after the version before has ended
    schedules = startWith(skipping("test.old"));
    assertThat(schedules.list()).extracting(JobSchedule::name).containsExactly("test.old");
    JobSchedule back = schedules.get("test.old");
    assertThat(back.type()).isEqualTo("test.old");
    assertThat(back.pause().orElseThrow().by()).isEqualTo("ben");
    schedules.resume("test.old", Actor.of("ben"));
    setNext("test.old", thisMinute());
    awaitAdvanced("test.old");
    assertThat(schedules.get("test.old").leftOutAt()).isPresent();
    assertThat(jobs("test.old")).containsExactly(unended);

    schedules = startWith(skipping("test.new", "test.old"));
    assertThat(schedules.list()).extracting(JobSchedule::name).containsExactly("test.new");
  }

  @Test
  void aTypeThatOnlyHasTheNameOfAnAliasLeavesTheOtherTypeItsSchedule() {
    JobSchedules schedules = startWith(skipping("test.new", "test.old"), skipping("test.other"));
    assertThat(schedules.list())
        .extracting(JobSchedule::name)
        .containsExactly("test.new", "test.other");
    schedules = startWith(plain("test.old"));
    assertThat(schedules.list())
        .extracting(JobSchedule::name)
        .containsExactly("test.new", "test.other");
  }

  @Test
  void aDeclarationThatCannotBeKeptStopsTheStart() {
    assertThatThrownBy(() -> startWith(declared("test.daily", "0 0 30 2 *")))
        .isInstanceOf(JobsStartException.class)
        .hasMessageStartingWith(
            "Tenon cannot start. The schedule of job type 'test.daily' cannot be stored: The cron expression '0 0 30 2 *' never matches");
  }

  // What goes wrong

  @Test
  void aScheduleThatCannotRunStopsNoOther() {
    JobSchedules schedules = schedules();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    for (String name : List.of("a-bad-zone", "b-good", "c-bad-cron")) {
      schedules.put(
          name,
          TestJobs.QUIET,
          new Order("x", 1),
          Timing.cron("* * * * *", UTC),
          ScheduleOptions.defaults().withOverlap(OverlapPolicy.ALLOW),
          Actor.of("ann"));
    }
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.maintenance")) {
      sql.execute(
          "UPDATE tenon.job_schedules SET zone = 'Mars/Base', next_run_at = now() - interval '2 hours' WHERE name = 'a-bad-zone'");
      sql.execute(
          "UPDATE tenon.job_schedules SET cron = '99 * * * *', next_run_at = now() - interval '1 hour' WHERE name = 'c-bad-cron'");
      setNext("b-good", thisMinute());
      setNext(NAME, thisMinute());
      awaitAdvanced("b-good");
      awaitAdvanced(NAME);
      await()
          .atMost(Fixture.PATIENCE)
          .until(
              () ->
                  schedules.get("a-bad-zone").error().isPresent()
                      && schedules.get("c-bad-cron").error().isPresent());
      assertThat(schedules.get("a-bad-zone").error().orElseThrow())
          .startsWith("The time zone is 'Mars/Base'");
      assertThat(schedules.get("c-bad-cron").error().orElseThrow())
          .contains("has '99' as the minute");
      assertThat(log.warnings())
          .filteredOn(line -> line.startsWith("The schedule 'a-bad-zone' failed with"))
          .hasSize(1);
    }
    sql.execute("UPDATE tenon.job_schedules SET zone = 'UTC' WHERE name = 'a-bad-zone'");
    awaitAdvanced("a-bad-zone");
    assertThat(schedules.get("a-bad-zone").error()).isEmpty();
    assertThat(jobs("a-bad-zone")).isNotEmpty();
  }

  @Tag("thorough")
  @Test
  void aFailureBetweenInsertAndAdvanceLeavesNeither() {
    JobSchedules schedules = schedules();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    // The move of the row to its next run is refused, after the job was inserted
    sql.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.last_run_at IS DISTINCT FROM OLD.last_run_at THEN
            RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation';
          END IF;
          RETURN NEW;
        END $$
        """);
    sql.execute(
        "CREATE TRIGGER refuse BEFORE UPDATE ON tenon.job_schedules FOR EACH ROW EXECUTE FUNCTION refuse()");
    Instant due = thisMinute();
    setNext(NAME, due);
    await().atMost(Fixture.PATIENCE).until(() -> schedules.get(NAME).error().isPresent());
    assertThat(jobs(NAME)).isEmpty();
    assertThat(schedules.get(NAME).nextRunAt()).contains(due);
    sql.execute("DROP TRIGGER refuse ON tenon.job_schedules");
    // And the other way round: the job is refused
    sql.execute("ALTER TABLE tenon.live_jobs ADD CONSTRAINT refuse CHECK (schedule IS NULL)");
    sql.execute("UPDATE tenon.job_schedules SET error = NULL");
    await().atMost(Fixture.PATIENCE).until(() -> schedules.get(NAME).error().isPresent());
    assertThat(schedules.get(NAME).nextRunAt()).contains(due);
    sql.execute("ALTER TABLE tenon.live_jobs DROP CONSTRAINT refuse");
    awaitAdvanced(NAME);
    assertThat(jobs(NAME)).contains(ScheduledRuns.jobId(NAME, due));
  }

  @Test
  void theMaintenanceReportsTheTask() {
    JobSchedules unused = schedules();
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                sql.fetchCount(
                        DSL.table("tenon.maintenance_tasks"),
                        DSL.condition("name = 'schedules' AND last_error IS NULL"))
                    == 1);
  }
}
