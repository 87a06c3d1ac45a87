package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.cron.CronTimes;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.schedule.DueRunsPlan;
import dev.tenon.jobs.internal.schedule.LockedSchedule;
import dev.tenon.jobs.internal.schedule.ScheduleStore;
import dev.tenon.jobs.internal.schedule.ScheduleStore.NewSchedule;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore.DueRuns;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore.RunToJob;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.Timing.Cron;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How runs of schedules are missed or doubled elsewhere: at a deployment, when a leader dies, or
 * when what it wrote is put back. Each check runs twice: it passes with what maintenance does, and
 * it fails with a variant that has the mistake. Where the clock is changed, see {@code
 * ClockChangeFailuresTest}.
 */
@Tag("servers")
class ScheduleFailuresTest {

  private static final String NAME = "test.minutely";
  private static final String CRON = "* * * * *";
  private static final CronTimes MINUTES = CronTimes.of(CRON, "UTC");

  private PostgresDatabase postgres;
  private DSLContext sql;
  private ScheduleStore store;
  private ScheduledRunStore runs;
  private Leadership leadership;

  @BeforeEach
  void open() {
    postgres = TenonDatabase.shared();
    DataSource source = postgres.dataSource();
    Database database = new Database(source, source, source, "tenon");
    sql = DSL.using(source, SQLDialect.POSTGRES);
    store = new ScheduleStore(database);
    runs = new ScheduledRunStore(database);
    leadership = new LeaderStore(database).acquire("test", Duration.ofHours(1)).orElseThrow();
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  /** A check that fails with an assertion. */
  private interface Check {
    void run();
  }

  /** A minute that ends in the middle of a check may make a mistake look right: not twice. */
  private static void isDetectedBy(Check check) {
    Throwable found = catchThrowable(check::run);
    assertThat(found == null ? catchThrowable(check::run) : found)
        .isInstanceOf(AssertionError.class);
  }

  /** Submits the runs that are due, and moves the schedule on. */
  private interface Firing {
    void fire();
  }

  private void fire(Function<LockedSchedule, DueRuns> plan, RunToJob job) {
    var unused = runs.fire(leadership, NAME, plan, job);
  }

  // A deployment

  @Test
  void noRunIsMissedOrDoubledWhileAnApplicationStarts() {
    aRunThatIsDueIsThereOnceHoweverOftenAnApplicationStarts(this::declare);
    // Every start makes the schedules anew
    isDetectedBy(
        () ->
            aRunThatIsDueIsThereOnceHoweverOftenAnApplicationStarts(
                () -> {
                  boolean unused = store.remove(NAME, Actor.of("ann"));
                  declare();
                }));
    // Every start lets them begin with the present minute
    isDetectedBy(
        () ->
            aRunThatIsDueIsThereOnceHoweverOftenAnApplicationStarts(
                () -> {
                  declare();
                  setNext(thisMinute());
                }));
  }

  private void aRunThatIsDueIsThereOnceHoweverOftenAnApplicationStarts(Runnable start) {
    begin();
    Instant due = setNext(thisMinute().minusSeconds(60));
    start.run();
    fire(DueRunsPlan::plan, DueRunsPlan::job);
    start.run();
    fire(DueRunsPlan::plan, DueRunsPlan::job);
    assertThat(jobs())
        .as("the run that was due, and those since then")
        .startsWith(ScheduledRuns.jobId(NAME, due))
        .hasSize(runsSince(due));
  }

  @Test
  void noRunIsMissedThatNoProcessWasThereFor() {
    runsOfTheLastMinutesAreMadeUpFor(DueRunsPlan::plan);
    // Only what is in the row, and then from now on
    isDetectedBy(
        () ->
            runsOfTheLastMinutesAreMadeUpFor(
                schedule ->
                    new DueRuns(
                        List.of(schedule.nextRunAt()), MINUTES.next(schedule.now()), null)));
    // Only what comes from now on
    isDetectedBy(
        () ->
            runsOfTheLastMinutesAreMadeUpFor(
                schedule -> new DueRuns(List.of(), MINUTES.next(schedule.now()), null)));
  }

  private void runsOfTheLastMinutesAreMadeUpFor(Function<LockedSchedule, DueRuns> plan) {
    begin();
    Instant due = setNext(thisMinute().minusSeconds(180));
    fire(plan, DueRunsPlan::job);
    assertThat(jobs()).containsExactlyElementsOf(ids(due, runsSince(due)));
  }

  // A clock that was ahead

  @Test
  void noScheduleIsSilentUntilTheTimeThatTheClockWasSetTo() {
    begin();
    Instant farAway = setNext(thisMinute().plus(Duration.ofDays(30)));
    bringForward();
    assertThat(next()).isBeforeOrEqualTo(store.now().plusSeconds(60));
    // It is said once, and what is planned as the expression says stays
    Instant planned = setNext(thisMinute().plusSeconds(120));
    bringForward();
    assertThat(next()).isEqualTo(planned);
    assertThat(store.pause(NAME, Actor.of("tester", "test"))).isTrue();
    setNext(farAway);
    bringForward();
    assertThat(
            sql.fetchValue(
                "SELECT next_run_at > now() + interval '1 day' FROM tenon.job_schedules"))
        .as("a paused schedule is left alone until it is resumed")
        .isEqualTo(true);
  }

  private void bringForward() {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    assertThat(new LateSchedules(runs).bringForwardIfDue(leadership, end)).isFalse();
  }

  // A leader that is replaced

  @Test
  void noRunIsDoubledWhenItIsFiredOnceMore() {
    aRunThatIsFiredTwiceIsOneJob(DueRunsPlan::job);
    isDetectedBy(
        () ->
            aRunThatIsFiredTwiceIsOneJob(
                (schedule, time) -> withAnyId(DueRunsPlan.job(schedule, time))));
  }

  /** The row was put back: by a restore, or by a leader that was frozen for long. */
  private void aRunThatIsFiredTwiceIsOneJob(RunToJob job) {
    begin();
    Instant due = setNext(thisMinute().minusSeconds(120));
    fire(DueRunsPlan::plan, job);
    Instant again = setNext(due);
    fire(DueRunsPlan::plan, job);
    assertThat(jobs()).hasSize(runsSince(again)).containsAll(ids(due, 3));
  }

  @Test
  void noRunIsMissedOrDoubledWhenALeaderDiesInTheMiddle() {
    aFailureInTheMiddleLeavesNothing(() -> fire(DueRunsPlan::plan, DueRunsPlan::job));
    // The jobs are committed first, and their ids say nothing
    isDetectedBy(
        () ->
            aFailureInTheMiddleLeavesNothing(
                () -> {
                  submit(next());
                  setNext(MINUTES.next(store.now()));
                }));
    // The schedule is moved on first
    isDetectedBy(
        () ->
            aFailureInTheMiddleLeavesNothing(
                () -> {
                  Instant due = next();
                  setNext(MINUTES.next(store.now()));
                  submit(due);
                }));
  }

  private void submit(Instant time) {
    if (!time.isAfter(store.now())) {
      var unused =
          runs.submit(
              NAME,
              schedule -> List.of(withAnyId(DueRunsPlan.job(schedule, time))),
              false,
              ChangeByHand.of("backfill schedule", NAME, Actor.of("ann")));
    }
  }

  private void aFailureInTheMiddleLeavesNothing(Firing firing) {
    for (String refused : List.of("job_schedules", "live_jobs")) {
      begin();
      Instant due = setNext(thisMinute());
      sql.execute(
          """
          CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation';
          END $$
          """);
      sql.execute(
          "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON tenon."
              + refused
              + " FOR EACH ROW EXECUTE FUNCTION refuse()");
      try {
        assertThatThrownBy(firing::fire).isInstanceOf(RuntimeException.class);
      } finally {
        sql.execute("DROP FUNCTION refuse() CASCADE");
      }
      firing.fire();
      assertThat(jobs())
          .as("jobs of the run, after changes of %s were refused", refused)
          .hasSize(runsSince(due));
      assertThat(next()).isAfter(due);
    }
  }

  // What the checks need

  /** A schedule that is declared, and has no jobs. */
  private void begin() {
    sql.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_schedules");
    declare();
  }

  /** What each start of an application does. */
  private void declare() {
    NewJob job =
        new NewJob(
            new UUID(0, 0),
            "test.minutely",
            1,
            "jobs.test.minutely",
            JobPriority.NORMAL,
            "{}",
            null,
            "schedule",
            3,
            Duration.ofDays(1),
            null,
            null,
            null,
            Duration.ofDays(1),
            null,
            null);
    store.register(
        List.of(
            new NewSchedule(
                NAME,
                job,
                new Cron(CRON, "UTC"),
                OverlapPolicy.ALLOW,
                Duration.ofHours(1),
                Duration.ZERO,
                null,
                MINUTES.next(store.now()))),
        Map.of(),
        List.of("test.minutely"),
        schedule -> Optional.empty(),
        (stored, schedule) -> schedule);
  }

  private static NewJob withAnyId(NewJob job) {
    return job.withRun(UUID.randomUUID(), job.submittedBy(), null);
  }

  private Instant setNext(Instant time) {
    sql.execute("UPDATE tenon.job_schedules SET next_run_at = {0}", DSL.val(time));
    return time;
  }

  private Instant next() {
    return store.find(NAME).orElseThrow().nextRunAt().orElseThrow();
  }

  private Instant thisMinute() {
    return store.now().truncatedTo(ChronoUnit.MINUTES);
  }

  /** How many runs there are from this one to the one that is next. */
  private int runsSince(Instant first) {
    return (int) ChronoUnit.MINUTES.between(first, next());
  }

  private static List<UUID> ids(Instant first, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ScheduledRuns.jobId(NAME, first.plusSeconds(60L * i)))
        .toList();
  }

  private List<UUID> jobs() {
    return sql.fetch("SELECT id FROM tenon.jobs WHERE schedule = {0} ORDER BY id", DSL.val(NAME))
        .getValues(0, UUID.class);
  }
}
