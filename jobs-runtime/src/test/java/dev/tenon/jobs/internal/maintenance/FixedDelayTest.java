package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.publish.DueStore;
import dev.tenon.jobs.internal.schedule.DueRunsPlan;
import dev.tenon.jobs.internal.schedule.ScheduleStore;
import dev.tenon.jobs.internal.schedule.ScheduleStore.NewSchedule;
import dev.tenon.jobs.internal.schedule.ScheduleTimes;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.internal.schedule.StoredSchedule.StoredRun;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.operate.Timing.Cron;
import dev.tenon.jobs.operate.Timing.FixedDelay;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules with a fixed delay: what the leader does with the table, step by step. */
@Tag("servers")
class FixedDelayTest {

  private static final String NAME = "test.steady";
  private static final Duration DELAY = Duration.ofMinutes(10);

  private PostgresDatabase postgres;
  private DSLContext sql;
  private Database database;
  private ScheduleStore store;
  private ScheduledRunStore runs;
  private DueStore due;
  private Leadership leadership;

  @BeforeEach
  void open() {
    postgres = TenonDatabase.shared();
    DataSource source = postgres.dataSource();
    database = new Database(source, source, source, "tenon");
    sql = DSL.using(source, SQLDialect.POSTGRES);
    store = new ScheduleStore(database);
    runs = new ScheduledRunStore(database);
    due = new DueStore(database);
    leadership = new LeaderStore(database).acquire("test", Duration.ofHours(1)).orElseThrow();
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  // The first run, and the next

  @Test
  void theFirstRunIsSubmittedImmediately() {
    declare(DELAY);
    Instant declared = next();
    assertThat(declared).isCloseTo(store.now(), within(1, ChronoUnit.MINUTES));
    assertThat(look()).isTrue();
    assertThat(jobs()).containsExactly(ScheduledRuns.jobId(NAME, declared));
    JobSchedule schedule = schedule();
    assertThat(schedule.timing()).isEqualTo(new FixedDelay(DELAY));
    assertThat(schedule.lastRun()).contains(new StoredRun(declared, jobs().get(0)));
    assertThat(schedule.nextRunAt()).as("the run has not ended").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "failed", "cancelled"})
  void theNextRunIsCountedFromTheEndOfTheLastOne(String status) {
    declare(DELAY);
    fire();
    UUID first = jobs().get(0);
    Instant ended = end(first, status, Duration.ofMinutes(7));
    assertThat(look()).isTrue();
    assertThat(next()).isEqualTo(ended.plus(DELAY));
    assertThat(jobs()).hasSize(1);
    assertThat(look()).as("nothing to do until then").isFalse();

    pass(Duration.ofMinutes(3));
    assertThat(look()).isTrue();
    assertThat(jobs())
        .hasSize(2)
        .contains(ScheduledRuns.jobId(NAME, ended.plus(DELAY).minus(Duration.ofMinutes(3))));
  }

  @Test
  void theNextRunIsDueImmediatelyIfTheDelayHasPassedWhenTheEndIsSeen() {
    declare(DELAY);
    fire();
    Instant ended = end(jobs().get(0), "completed", Duration.ofHours(5));
    fire();
    assertThat(jobs()).hasSize(2).contains(ScheduledRuns.jobId(NAME, ended.plus(DELAY)));
    assertThat(schedule().lastRun().orElseThrow().at()).isEqualTo(ended.plus(DELAY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pending", "queued", "running"})
  void noOtherRunIsSubmittedWhileOneWaitsRunsOrIsToBeRetried(String status) {
    declare(Duration.ofSeconds(1));
    fire();
    set(jobs().get(0), "status = '" + status + "', run_at = now() + interval '1 hour'");
    pass(Duration.ofDays(1));
    assertThat(look()).isFalse();
    assertThat(jobs()).hasSize(1);
    assertThat(next()).isNull();
  }

  @Test
  void ofAJobThatIsGoneTheEndIsWhenThatIsSeen() {
    declare(DELAY);
    fire();
    end(jobs().get(0), "completed", Duration.ofHours(5));
    sql.execute("CALL by_test.truncate_jobs()");
    Instant before = store.now();
    assertThat(look()).isTrue();
    assertThat(jobs()).isEmpty();
    assertThat(next()).isBetween(before.plus(DELAY), store.now().plus(DELAY));
  }

  // More than one run

  @Test
  void theDelayCountsFromTheEndOfARunThatSomebodyRequested() {
    declare(DELAY);
    fire();
    UUID first = jobs().get(0);
    UUID requested = runNow();
    Instant ended = end(requested, "completed", Duration.ofMinutes(9));
    assertThat(look()).as("the first run has not ended").isTrue();
    assertThat(next()).isNull();
    assertThat(look()).isFalse();
    Instant last = end(first, "completed", Duration.ofMinutes(1));
    assertThat(look()).isTrue();
    assertThat(next()).isEqualTo(last.plus(DELAY)).isAfter(ended.plus(DELAY));

    UUID between = runNow();
    assertThat(next()).isNull();
    Instant latest = end(between, "completed", Duration.ZERO);
    fire();
    assertThat(next()).isEqualTo(latest.plus(DELAY));
    assertThat(jobs()).hasSize(3);
  }

  @Test
  void anEarlierRunThatAnOperatorRetriesKeepsTheNextOneOut() {
    declare(DELAY);
    fire();
    UUID first = jobs().get(0);
    end(first, "failed", Duration.ofMinutes(9));
    fire();
    set(first, "status = 'pending', finished_at = NULL");
    assertThat(look()).isTrue();
    assertThat(next()).isNull();
    pass(Duration.ofDays(1));
    assertThat(look()).isFalse();
    Instant ended = end(first, "completed", Duration.ZERO);
    fire();
    assertThat(next()).isEqualTo(ended.plus(DELAY));
    assertThat(jobs()).hasSize(1);
  }

  // What goes wrong

  @Test
  void twoLeadersSubmitARunOnce() throws Exception {
    declare(DELAY);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 1; round <= 20; round++) {
        CyclicBarrier start = new CyclicBarrier(2);
        List<Future<?>> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          both.add(
              threads.submit(
                  () -> {
                    start.await();
                    fire();
                    return null;
                  }));
        }
        for (Future<?> each : both) {
          each.get();
        }
        assertThat(jobs()).hasSize(round);
        end(jobs().get(round - 1), "completed", Duration.ofHours(1));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLeaderThatWasReplacedSubmitsNothing() {
    declare(DELAY);
    Leadership old = leadership;
    sql.execute("UPDATE tenon.leaders SET expires_at = now() - interval '1 minute'");
    leadership = new LeaderStore(database).acquire("other", Duration.ofHours(1)).orElseThrow();
    assertThatThrownBy(() -> runs.fire(old, NAME, DueRunsPlan::plan, DueRunsPlan::job))
        .isInstanceOf(LeadershipLostException.class);
    assertThat(jobs()).isEmpty();
    fire();
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void aLeaderThatDiesBetweenTheStepsLosesAndDoublesNothing() {
    declare(DELAY);
    // The job is refused, and then the change of the row after the job was inserted
    sql.execute("ALTER TABLE tenon.live_jobs ADD CONSTRAINT refuse CHECK (schedule IS NULL)");
    assertThatThrownBy(this::fire).isInstanceOf(StoreException.class);
    sql.execute("ALTER TABLE tenon.live_jobs DROP CONSTRAINT refuse");
    sql.execute(
        "ALTER TABLE tenon.job_schedules ADD CONSTRAINT refuse CHECK (last_job_id IS NULL)");
    assertThatThrownBy(this::fire).isInstanceOf(StoreException.class);
    sql.execute("ALTER TABLE tenon.job_schedules DROP CONSTRAINT refuse");
    assertThat(jobs()).isEmpty();
    fire();
    assertThat(jobs()).hasSize(1);

    Instant ended = end(jobs().get(0), "completed", Duration.ofHours(1));
    sql.execute(
        "ALTER TABLE tenon.job_schedules ADD CONSTRAINT refuse CHECK (last_run_at < {0}) NOT VALID",
        DSL.inline(ended.toString()));
    assertThatThrownBy(this::fire).isInstanceOf(StoreException.class);
    sql.execute("ALTER TABLE tenon.job_schedules DROP CONSTRAINT refuse");
    assertThat(jobs()).hasSize(1);
    fire();
    assertThat(jobs()).hasSize(2).contains(ScheduledRuns.jobId(NAME, ended.plus(DELAY)));
    fire();
    assertThat(jobs()).hasSize(2);
  }

  @Test
  void aNextRunThatAClockAheadHasPlannedIsBroughtForward() {
    declare(DELAY);
    fire();
    end(jobs().get(0), "completed", Duration.ofHours(-5));
    fire();
    assertThat(next()).isAfter(store.now().plus(Duration.ofHours(4)));
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.maintenance")) {
      assertThat(new LateSchedules(runs).bringForwardIfDue(leadership, Long.MAX_VALUE)).isFalse();
      assertThat(log.warnings()).singleElement().asString().contains("but its delay of 600 s says");
    }
    assertThat(next()).isBetween(store.now(), store.now().plus(DELAY));
    Instant next = next();
    assertThat(new LateSchedules(runs).bringForwardIfDue(leadership, Long.MAX_VALUE)).isFalse();
    assertThat(next()).isEqualTo(next);
  }

  // Pauses, and other declarations

  @Test
  void aPausedScheduleSubmitsNothingAndThenCountsFromTheLastEnd() {
    declare(DELAY);
    fire();
    assertThat(store.pause(NAME, Actor.of("ann", "the warehouse moves"))).isTrue();
    Instant ended = end(jobs().get(0), "completed", Duration.ofMinutes(4));
    assertThat(look()).isFalse();
    assertThat(schedule().nextRunAt()).isEmpty();
    store.resume(NAME, Actor.of("ann"), null);
    assertThat(look()).isTrue();
    assertThat(next()).isEqualTo(ended.plus(DELAY));

    assertThat(store.pause(NAME, Actor.of("ann", "again"))).isTrue();
    pass(Duration.ofDays(1));
    assertThat(look()).isFalse();
    store.resume(NAME, Actor.of("ann"), null);
    fire();
    assertThat(jobs()).hasSize(2);
  }

  @Test
  void aStartChangesNothing() {
    declare(DELAY);
    fire();
    declare(DELAY);
    assertThat(next()).isNull();
    Instant ended = end(jobs().get(0), "completed", Duration.ofMinutes(1));
    declare(DELAY);
    fire();
    declare(DELAY);
    assertThat(next()).isEqualTo(ended.plus(DELAY));
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void anotherDelayCountsFromTheSameEnd() {
    declare(DELAY);
    declare(DELAY.multipliedBy(2));
    fire();
    assertThat(jobs()).as("the first run waits for nothing").hasSize(1);
    declare(DELAY);
    assertThat(next()).isNull();
    Instant ended = end(jobs().get(0), "completed", Duration.ofMinutes(1));
    fire();
    declare(DELAY.multipliedBy(3));
    assertThat(next()).isEqualTo(ended.plus(DELAY.multipliedBy(3)));
    declare(Duration.ofSeconds(30));
    fire();
    assertThat(jobs()).hasSize(2).contains(ScheduledRuns.jobId(NAME, ended.plusSeconds(30)));
  }

  @Test
  void aScheduleMayBecomeOneByCronAndBack() {
    Timing hourly = new Cron("0 * * * *", "UTC");
    declare(DELAY);
    fire();
    UUID first = jobs().get(0);
    declare(hourly);
    assertThat(schedule().timing()).isEqualTo(hourly);
    assertThat(next()).isEqualTo(ScheduleTimes.first(hourly, store.now(), null));
    sql.execute("UPDATE tenon.job_schedules SET next_run_at = now()");
    fire();
    assertThat(jobs()).as("by SKIP").containsExactly(first);

    declare(DELAY);
    assertThat(look()).as("the first run has not ended").isTrue();
    assertThat(next()).isNull();
    assertThat(jobs()).containsExactly(first);
    end(first, "completed", Duration.ofHours(2));
    fire();
    UUID second = jobs().stream().filter(id -> !id.equals(first)).findFirst().orElseThrow();
    end(second, "completed", Duration.ZERO);
    declare(hourly);
    declare(DELAY);
    fire();
    assertThat(jobs()).as("a delay that is new begins with a run").hasSize(3);
  }

  private void declare(Duration delay) {
    declare(new FixedDelay(delay));
  }

  /** What each start of an application does. */
  private void declare(Timing timing) {
    NewJob job =
        new NewJob(
            new UUID(0, 0),
            NAME,
            1,
            "jobs.test.steady",
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
                timing,
                OverlapPolicy.SKIP,
                Duration.ofHours(1),
                Duration.ZERO,
                null,
                ScheduleTimes.first(timing, store.now(), null))),
        Map.of(),
        List.of(NAME),
        schedule -> Optional.empty(),
        (stored, schedule) -> schedule);
  }

  /** Does what the leader does if it finds something to do; says whether it did. */
  private boolean look() {
    boolean hasSchedules = due.due().hasSchedules();
    assertThat(runs.due()).hasSize(hasSchedules ? 1 : 0);
    fire();
    return hasSchedules;
  }

  private void fire() {
    var unused = runs.fire(leadership, NAME, DueRunsPlan::plan, DueRunsPlan::job);
  }

  private UUID runNow() {
    UUID id = UUID.randomUUID();
    var unused =
        runs.submit(
            NAME,
            schedule -> List.of(schedule.job().withRun(id, "ann", null)),
            true,
            ChangeByHand.of("run schedule", NAME, Actor.of("ann")));
    return id;
  }

  private JobSchedule schedule() {
    return store.find(NAME).orElseThrow();
  }

  private Instant next() {
    return sql.fetchSingle("SELECT next_run_at FROM tenon.job_schedules").get(0, Instant.class);
  }

  private List<UUID> jobs() {
    return sql.fetch("SELECT id FROM tenon.jobs ORDER BY submitted_at, id")
        .getValues(0, UUID.class);
  }

  private void set(UUID id, String what) {
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET " + what + " WHERE id = {0}", DSL.val(id));
  }

  /** Ends a job, some time ago. */
  private Instant end(UUID id, String status, Duration ago) {
    Instant time = store.now().minus(ago);
    set(id, "status = '" + status + "', finished_at = '" + time + "'");
    return time;
  }

  /** Lets time pass for the schedule. */
  private void pass(Duration duration) {
    sql.execute(
        "UPDATE tenon.job_schedules SET next_run_at = next_run_at - {0} * interval '1 s'",
        DSL.val(duration.toSeconds()));
  }
}
