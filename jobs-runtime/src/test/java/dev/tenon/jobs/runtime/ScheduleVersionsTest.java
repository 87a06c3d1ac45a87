package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.ScheduleFixture.NAME;
import static dev.tenon.jobs.runtime.ScheduleFixture.UTC;
import static dev.tenon.jobs.runtime.ScheduleFixture.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Schedules of job types that another version of the application renames or changes. */
class ScheduleVersionsTest {

  private ScheduleFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new ScheduleFixture();
  }

  @AfterEach
  void close() throws SQLException {
    fixture.close();
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
    Instant unused = fixture.awaitMiddleOfAMinute();
    JobSchedules schedules = fixture.startWith(skipping("test.old"));
    // No run comes in between
    fixture.setNext("test.old", Instant.parse("2100-01-01T00:00:00Z"));
    UUID ended = schedules.runNow("test.old", Actor.of("ben"));
    fixture.endAllJobs();
    UUID unended = schedules.runNow("test.old", Actor.of("ben"));
    schedules = fixture.startWith(skipping("test.new", "test.old"));
    fixture.setNext("test.new", fixture.thisMinute());
    fixture.awaitAdvanced("test.new");
    assertThat(schedules.get("test.new").leftOutAt()).isPresent();
    assertThat(fixture.jobs("test.new")).containsExactly(unended);
    assertThat(fixture.jobs("test.old")).containsExactly(ended);
  }

  @Test
  void aRunOfAnEarlierNameKeepsOthersOutAlsoIfTheScheduleHasItsNewNameAlready() {
    Instant unused = fixture.awaitMiddleOfAMinute();
    JobSchedules schedules = fixture.startWith(skipping("test.old"), skipping("test.new"));
    fixture.setNext("test.old", Instant.parse("2100-01-01T00:00:00Z"));
    fixture.setNext("test.new", Instant.parse("2100-01-01T00:00:00Z"));
    UUID unended = schedules.runNow("test.old", Actor.of("ben"));
    schedules = fixture.startWith(skipping("test.new", "test.old"));
    assertThat(schedules.list()).hasSize(1);
    fixture.setNext("test.new", fixture.thisMinute());
    fixture.awaitAdvanced("test.new");
    assertThat(schedules.get("test.new").leftOutAt()).isPresent();
    assertThat(fixture.sql.fetch("SELECT id FROM tenon.jobs").getValues(0, UUID.class))
        .containsExactly(unended);
  }

  @Test
  void anEarlierVersionThatIsStartedAgainTakesTheScheduleOfTheRenamedTypeBack() {
    Instant unused = fixture.awaitMiddleOfAMinute();
    fixture.restart(skipping("test.old")).close();
    fixture.setNext("test.old", Instant.parse("2100-01-01T00:00:00Z"));
    JobSchedules schedules = fixture.startWith(skipping("test.new", "test.old"));
    UUID unended = schedules.runNow("test.new", Actor.of("ben"));
    schedules.pause("test.new", Actor.of("ben", "x"));

    // Both names would fire forever after the version before has ended
    schedules = fixture.startWith(skipping("test.old"));
    assertThat(schedules.list()).extracting(JobSchedule::name).containsExactly("test.old");
    JobSchedule back = schedules.get("test.old");
    assertThat(back.type()).isEqualTo("test.old");
    assertThat(back.pause().orElseThrow().by()).isEqualTo("ben");
    schedules.resume("test.old", Actor.of("ben"));
    fixture.setNext("test.old", fixture.thisMinute());
    fixture.awaitAdvanced("test.old");
    assertThat(schedules.get("test.old").leftOutAt()).isPresent();
    assertThat(fixture.jobs("test.old")).containsExactly(unended);

    schedules = fixture.startWith(skipping("test.new", "test.old"));
    assertThat(schedules.list()).extracting(JobSchedule::name).containsExactly("test.new");
  }

  @Test
  void aTypeThatOnlyHasTheNameOfAnAliasLeavesTheOtherTypeItsSchedule() {
    JobSchedules schedules =
        fixture.startWith(skipping("test.new", "test.old"), skipping("test.other"));
    assertThat(schedules.list())
        .extracting(JobSchedule::name)
        .containsExactly("test.new", "test.other");
    schedules = fixture.startWith(plain("test.old"));
    assertThat(schedules.list())
        .extracting(JobSchedule::name)
        .containsExactly("test.new", "test.other");
  }

  @Test
  void aScheduleOfRunTimeFollowsItsTypeAtTheNextStart() {
    JobSchedules schedules = fixture.startWith(plain("test.old"));
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
    fixture.sql.execute(
        "UPDATE tenon.job_schedules SET next_run_at = next_run_at - interval '30 seconds'");
    JobDefinition<Order, Void> changed =
        TestCodecs.builder("test.new", Order.class, Void.class)
            .aliases("test.old")
            .routingKey("jobs.elsewhere")
            .limits(JobLimits.NONE.withMaxConcurrent(1))
            .build();
    schedules = fixture.startWith(changed);
    JobSchedule today = schedules.get(NAME);
    assertThat(today.type()).isEqualTo("test.new");
    assertThat(today.nextRunAt()).contains(planned.minusSeconds(30));
    assertThat(today.created().by()).contains("ann");
    assertThat(fixture.sql.fetchValue("SELECT routing_key FROM tenon.job_schedules"))
        .isEqualTo("jobs.elsewhere");
    // Without it, jobs of the schedule would run past the new limit
    assertThat(fixture.sql.fetchValue("SELECT limit_key FROM tenon.job_schedules")).isEqualTo("");
  }

  @Test
  void aScheduleThatAnUpcasterCannotReadStaysAsItIs() {
    JobSchedules schedules = fixture.startWith(plain("test.old"));
    schedules.put(
        NAME,
        plain("test.old"),
        new Order("x", 1),
        Timing.cron("0 0 1 1 *", UTC),
        ScheduleOptions.defaults(),
        Actor.of("ann"));
    schedules =
        fixture.startWith(
            TestCodecs.builder("test.old", Order.class, Void.class)
                .version(2)
                .upcaster(
                    1,
                    json -> {
                      throw new NullPointerException("a component that was optional");
                    })
                .build());
    assertThat(schedules.get(NAME).type()).isEqualTo("test.old");
    assertThat(fixture.sql.fetchValue("SELECT version FROM tenon.job_schedules")).isEqualTo(1);
  }

  private static JobDefinition<Order, Void> prioritised(String type, JobPriority priority) {
    return TestCodecs.builder(type, Order.class, Void.class).priority(priority).build();
  }

  private JobPriority priorityOfARun(JobSchedules schedules, String name) {
    UUID id = schedules.runNow(name, Actor.of("ben"));
    return JobPriority.ofLevel(
        fixture
            .sql
            .fetchSingle("SELECT priority FROM tenon.jobs WHERE id = {0}", DSL.val(id))
            .get(0, short.class));
  }

  @Test
  void aScheduleWithoutItsOwnPriorityHasThatOfItsTypeAfterADeploymentToo() {
    JobDefinition<Order, Void> before = prioritised("test.report", JobPriority.NORMAL);
    JobSchedules schedules = fixture.startWith(before);
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
    JobsRuntime runtime = fixture.restart(today);
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
    runtime = fixture.restart(before);
    schedules = runtime.jobs().schedules();
    assertThat(priorityOfARun(schedules, "plain")).isEqualTo(JobPriority.LOW);
    assertThat(priorityOfARun(schedules, "named")).isEqualTo(JobPriority.NORMAL);
    runtime.jobs().types().clearOverrides("test.report", Actor.of("ops"));
    assertThat(priorityOfARun(schedules, "plain")).isEqualTo(JobPriority.NORMAL);
  }
}
