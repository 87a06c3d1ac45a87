package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.operate.Timing.FixedDelay;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules with a fixed delay on real servers: how runs follow one another. */
class FixedDelaySchedulesTest {

  private static final String NAME = "import-of-shop-7";
  private static final Duration DELAY = Duration.ofSeconds(1);

  private static final JobDefinition<Order, Void> RETRIED =
      TestCodecs.builder("test.retried", Order.class, Void.class)
          .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(10)))
          .build();

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

  private List<UUID> jobs() {
    return sql.fetch("SELECT id FROM tenon.jobs ORDER BY submitted_at").getValues(0, UUID.class);
  }

  @Test
  void eachRunFollowsTheEndOfTheOneBeforeAlsoIfItIsRetriedOrFails() {
    JobsRuntime one = fixture.start();
    JobsRuntime other = fixture.start();
    AtomicInteger attempts = new AtomicInteger();
    JobWorker unused =
        other.startWorker(
            TestJobs.handlers()
                .with(
                    RETRIED,
                    (order, context) -> {
                      // The first run fails for good, the second one once
                      if (attempts.incrementAndGet() <= 4) {
                        throw new IllegalStateException("The shop is closed");
                      }
                      return null;
                    }));
    one.jobs()
        .schedules()
        .put(
            NAME,
            RETRIED,
            new Order("x", 1),
            Timing.fixedDelay(DELAY),
            ScheduleOptions.defaults(),
            Actor.of("ann"));
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                sql.fetchCount(DSL.table("tenon.jobs"), DSL.condition("status = 'completed'"))
                    >= 2);
    assertThat(one.jobs().schedules().remove(NAME, Actor.of("ann"))).isTrue();
    List<Record> runs = List.copyOf(sql.fetch("SELECT * FROM tenon.jobs ORDER BY submitted_at"));
    assertThat(runs.get(0).get("status")).isEqualTo("failed");
    assertThat(runs.get(0).get("attempts")).isEqualTo(3);
    assertThat(runs.get(1).get("status")).isEqualTo("completed");
    assertThat(runs.get(1).get("attempts")).isEqualTo(2);
    for (int i = 1; i < runs.size(); i++) {
      Instant ended = runs.get(i - 1).get("finished_at", Instant.class);
      assertThat(runs.get(i).get("submitted_at", Instant.class))
          .isAfterOrEqualTo(ended.plus(DELAY));
    }
  }

  @Test
  void aDeclaredScheduleBeginsWithARunAndContinuesAfterARestart() {
    restart(declared(Duration.ofHours(1)));
    await().atMost(Fixture.PATIENCE).until(() -> jobs().size() == 1);
    JobSchedules schedules = restart(declared(Duration.ofHours(1))).jobs().schedules();
    JobSchedule schedule = schedules.get("test.steady");
    assertThat(schedule.isDeclared()).isTrue();
    assertThat(schedule.timing()).isEqualTo(new FixedDelay(Duration.ofHours(1)));
    assertThat(schedule.nextRunAt()).isEmpty();
    assertThat(schedule.lastRun().orElseThrow().jobId()).isEqualTo(jobs().get(0));

    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'cancelled', finished_at = now()");
    Instant ended = sql.fetchSingle("SELECT finished_at FROM tenon.jobs").get(0, Instant.class);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> schedules.get("test.steady").nextRunAt().isPresent());
    assertThat(schedules.get("test.steady").nextRunAt()).contains(ended.plus(Duration.ofHours(1)));
    assertThat(jobs()).hasSize(1);

    schedules.pause("test.steady", Actor.of("ben", "the shop moves"));
    schedules.resume("test.steady", Actor.of("ben"));
    assertThat(schedules.get("test.steady").nextRunAt().orElseThrow())
        .as("a pause changes nothing that counts from the end of a run")
        .isEqualTo(ended.plus(Duration.ofHours(1)));
  }

  @Test
  void aDeclaredDelayThatIsTooShortStopsTheStart() {
    assertThatThrownBy(() -> restart(declared(Duration.ofMillis(999))))
        .isInstanceOf(JobsStartException.class)
        .hasMessage(
            "Tenon cannot start. The schedule of job type 'test.steady' cannot be stored: The fixed delay is PT0.999S; it must be from 1 second to 365 days.");
  }

  @Test
  void aScheduleOfRunTimeSaysWhatItsJobsHaveAndNothingThatOnlyCronHas() {
    JobsRuntime runtime = fixture.start();
    TypedJobs<Order, Void> orders = new TypedJobs<>(TestJobs.QUIET, runtime.jobs(), runtime.jobs());
    ScheduleOptions options =
        ScheduleOptions.defaults().withPriority(JobPriority.HIGH).withItemId("shop-7");
    Order order = new Order("x", 1);
    JobSchedule made =
        orders.schedule(
            NAME, order, Timing.fixedDelay(Duration.ofMinutes(5)), options, Actor.of("ann"));
    assertThat(made.timing()).isEqualTo(new FixedDelay(Duration.ofMinutes(5)));
    assertThat(made.options()).isEqualTo(options);
    await().atMost(Fixture.PATIENCE).until(() -> jobs().size() == 1);
    assertThat(runtime.jobs().get(jobs().get(0)).itemId()).contains("shop-7");

    assertThatThrownBy(
            () ->
                orders.schedule(
                    NAME, order, Timing.fixedDelay(Duration.ofDays(366)), Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The fixed delay is PT8784H; it must be from 1 second to 365 days.");
    isRefused(
        orders,
        options.withOverlap(OverlapPolicy.ALLOW),
        "The overlap policy is ALLOW, but a fixed delay counts from the end of the last run, so that runs neither overlap nor are missed. Leave out withOverlap.");
    isRefused(
        orders, options.withCatchUp(Duration.ofDays(1)), "The catch-up window is PT24H, but a ");
    isRefused(orders, options.withJitter(Duration.ofMinutes(1)), "The jitter is PT1M, but a ");
    assertThat(runtime.jobs().schedules().get(NAME).changed()).isEqualTo(made.changed());

    Instant now = Instant.now();
    assertThatThrownBy(
            () ->
                runtime
                    .jobs()
                    .schedules()
                    .backfill(NAME, now.minusSeconds(60), now, Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The schedule 'import-of-shop-7' has a fixed delay, so its runs");
  }

  private static void isRefused(
      TypedJobs<Order, Void> orders, ScheduleOptions options, String message) {
    assertThatThrownBy(
            () ->
                orders.schedule(
                    NAME,
                    new Order("x", 1),
                    Timing.fixedDelay(Duration.ofMinutes(1)),
                    options,
                    Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static JobDefinition<Order, Void> declared(Duration delay) {
    return TestCodecs.builder("test.steady", Order.class, Void.class)
        .schedule(FixedDelaySchedule.of(delay, () -> new Order("declared", 1)))
        .build();
  }

  private JobsRuntime restart(JobDefinition<?, ?> definition) {
    fixture.closeRuntimes();
    return fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(definition))));
  }
}
