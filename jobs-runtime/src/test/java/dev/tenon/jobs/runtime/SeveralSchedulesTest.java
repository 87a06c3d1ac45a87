package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.DeclaredSchedule;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.options.SizeLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Types that declare several schedules, on real servers. */
class SeveralSchedulesTest {

  private static final Instant NEVER = Instant.parse("2100-01-01T00:00:00Z");

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

  private static DeclaredSchedule<Order> nightly() {
    return cron("0 3 * * *").withName("nightly");
  }

  private static DeclaredSchedule<Order> noon() {
    return cron("0 12 * * *").withName("at-noon");
  }

  private static CronSchedule<Order> cron(String expression) {
    return CronSchedule.of(expression, ZoneId.of("UTC"), () -> new Order("declared", 1));
  }

  @SafeVarargs
  private static JobDefinition<Order, Void> type(
      String type, List<String> aliases, DeclaredSchedule<Order>... schedules) {
    JobDefinition.Builder<Order, Void> builder =
        TestCodecs.builder(type, Order.class, Void.class).aliases(aliases.toArray(String[]::new));
    for (DeclaredSchedule<Order> schedule : schedules) {
      builder.schedule(schedule);
    }
    return builder.build();
  }

  private JobSchedules startWith(JobDefinition<?, ?> definition) {
    fixture.closeRuntimes();
    return fixture
        .start(fixture.builder().modules(TestJobs.moduleOf(List.of(definition))))
        .jobs()
        .schedules();
  }

  private static List<String> names(JobSchedules schedules) {
    return schedules.list().stream().map(JobSchedule::name).toList();
  }

  private void setNext(String schedule, Instant next) {
    sql.execute(
        "UPDATE tenon.job_schedules SET next_run_at = ?::timestamptz WHERE name = ?",
        next.toString(),
        schedule);
  }

  @Test
  void eachHasARowWithItsOwnNameAndTiming() {
    JobSchedules schedules =
        startWith(
            type(
                "test.count",
                List.of(),
                nightly(),
                FixedDelaySchedule.of(Duration.ofHours(2), () -> new Order("declared", 2))
                    .withName("steady")));

    assertThat(names(schedules)).containsExactly("test.count:nightly", "test.count:steady");
    JobSchedule nightly = schedules.get("test.count:nightly");
    assertThat(nightly.isDeclared()).isTrue();
    assertThat(nightly.type()).isEqualTo("test.count");
    assertThat(nightly.timing()).isEqualTo(new Timing.Cron("0 3 * * *", "UTC"));
    assertThat(schedules.get("test.count:steady").timing())
        .isEqualTo(new Timing.FixedDelay(Duration.ofHours(2)));
  }

  @Test
  void eachIsHeldUpByItsOwnRunsAlone() {
    JobSchedules schedules =
        startWith(
            type(
                "test.count",
                List.of(),
                cron("* * * * *").withName("first"),
                cron("* * * * *").withName("second")));
    setNext("test.count:first", NEVER);
    setNext("test.count:second", NEVER);
    UUID unused = schedules.runNow("test.count:first", Actor.of("ben"));
    Instant due =
        sql.fetchSingle("SELECT date_trunc('minute', now())")
            .get(0, OffsetDateTime.class)
            .toInstant();

    setNext("test.count:first", due);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> schedules.get("test.count:first").leftOutAt().isPresent());
    setNext("test.count:second", due);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> schedules.get("test.count:second").lastRun().isPresent());

    assertThat(
            sql.fetch("SELECT submitted_by FROM tenon.jobs WHERE schedule = 'test.count:second'")
                .getValues(0, String.class))
        .containsExactly("schedule:test.count:second");
  }

  @Test
  void oneThatIsNotDeclaredAnyMoreIsRemovedAloneAndKeepsItsPause() {
    JobSchedules schedules = startWith(type("test.count", List.of(), nightly(), noon()));
    schedules.pause("test.count:at-noon", Actor.of("ben", "the warehouse moves"));

    assertThat(names(startWith(type("test.count", List.of(), nightly()))))
        .containsExactly("test.count:nightly");
    schedules = startWith(type("test.count", List.of(), nightly(), noon()));
    assertThat(schedules.get("test.count:at-noon").pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(schedules.get("test.count:nightly").pause()).isEmpty();

    // The names that a second schedule makes necessary are those of other schedules
    schedules.resume("test.count:at-noon", Actor.of("ben"));
    assertThat(names(startWith(type("test.count", List.of(), cron("0 3 * * *")))))
        .containsExactly("test.count");
    assertThat(names(startWith(type("test.count", List.of())))).isEmpty();
    assertThat(sql.fetchCount(DSL.table("tenon.job_schedules"))).isZero();
  }

  @Test
  void aRenamedTypeTakesAllAlongAndAnEarlierVersionTakesThemBack() {
    JobSchedules schedules = startWith(type("test.old", List.of(), nightly(), noon()));
    schedules.pause("test.old:at-noon", Actor.of("ben", "the warehouse moves"));
    setNext("test.old:nightly", NEVER);
    UUID unended = schedules.runNow("test.old:nightly", Actor.of("ben"));

    schedules = startWith(type("test.new", List.of("test.old"), nightly(), noon()));
    assertThat(names(schedules)).containsExactly("test.new:at-noon", "test.new:nightly");
    assertThat(schedules.get("test.new:at-noon").pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(schedules.get("test.new:nightly").lastRun().orElseThrow().jobId())
        .isEqualTo(unended);
    assertThat(sql.fetch("SELECT schedule FROM tenon.jobs").getValues(0, String.class))
        .containsExactly("test.new:nightly");

    schedules = startWith(type("test.old", List.of(), nightly(), noon()));
    assertThat(names(schedules)).containsExactly("test.old:at-noon", "test.old:nightly");
    assertThat(schedules.get("test.old:at-noon").pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(schedules.get("test.old:at-noon").type()).isEqualTo("test.old");

    // One that the type does not have under its new name does not stay behind under the old one
    schedules = startWith(type("test.new", List.of("test.old"), nightly()));
    assertThat(names(schedules)).containsExactly("test.new:nightly");
  }

  @Test
  void namesAreUnique() {
    assertThatThrownBy(() -> type("test.count", List.of(), nightly(), nightly()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Job type 'test.count' has two schedules with the name 'nightly'. Give each its own name with withName().");
    assertThatThrownBy(
            () ->
                startWith(
                    type("test.count", List.of(), nightly(), cron("0 0 30 2 *").withName("never"))))
        .isInstanceOf(JobsStartException.class)
        .hasMessageStartingWith(
            "Tenon cannot start. The schedule 'never' of job type 'test.count' cannot be stored: ");
  }

  @Test
  void oneWhosePayloadIsTooLargeStopsTheStart() {
    JobsRuntimeBuilder builder =
        fixture
            .builder()
            .sizeLimits(SizeLimits.defaults().withPayloadBytes(2))
            .modules(TestJobs.moduleOf(List.of(type("test.count", List.of(), nightly()))));

    assertThatThrownBy(() -> fixture.start(builder))
        .isInstanceOf(JobsStartException.class)
        .hasMessageStartingWith(
            "Tenon cannot start. The schedule 'nightly' of job type 'test.count' cannot be stored: ")
        .hasCauseInstanceOf(PayloadTooLargeException.class);
  }

  @Test
  void onesThatTheDatabaseDoesNotStoreStopTheStart() {
    sql.execute("ALTER TABLE tenon.job_schedules ADD CONSTRAINT none CHECK (false) NOT VALID");
    try {
      assertThatThrownBy(() -> startWith(type("test.count", List.of(), nightly())))
          .isInstanceOf(JobStoreRefusedException.class)
          .hasMessageStartingWith("The schedules of this process were not recorded");
    } finally {
      sql.execute("ALTER TABLE tenon.job_schedules DROP CONSTRAINT none");
    }
  }
}
