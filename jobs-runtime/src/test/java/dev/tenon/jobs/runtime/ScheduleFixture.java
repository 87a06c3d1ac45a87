package dev.tenon.jobs.runtime;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A database with Tenon's tables, runtimes that submit the runs of schedules, and a connection that
 * sets their next runs and reads their jobs.
 */
final class ScheduleFixture implements AutoCloseable {

  static final ZoneId UTC = ZoneId.of("UTC");
  static final String NAME = "report-of-shop-7";

  private final Fixture fixture = Fixture.withoutRabbit();
  private final Connection connection;
  final DSLContext sql;

  ScheduleFixture() throws SQLException {
    connection = fixture.database().connect();
    sql = DSL.using(connection, SQLDialect.POSTGRES);
  }

  JobsRuntime start() {
    return fixture.start();
  }

  void closeRuntimes() {
    fixture.closeRuntimes();
  }

  JobSchedules schedules() {
    return fixture.start().jobs().schedules();
  }

  JobSchedules startWith(JobDefinition<?, ?>... definitions) {
    return restart(definitions).jobs().schedules();
  }

  JobsRuntime restart(JobDefinition<?, ?>... definitions) {
    fixture.closeRuntimes();
    return fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(definitions))));
  }

  static JobDefinition<Order, Void> plain(String type, String... aliases) {
    return TestCodecs.builder(type, Order.class, Void.class).aliases(aliases).build();
  }

  static JobSchedule put(JobSchedules schedules, String cron, OverlapPolicy overlap) {
    return schedules.put(
        NAME,
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron(cron, UTC),
        ScheduleOptions.defaults().withOverlap(overlap),
        Actor.of("ann"));
  }

  /** A schedule that is due every minute, but has done nothing for a while. */
  void setNext(String name, Instant time) {
    sql.execute(
        "UPDATE tenon.job_schedules SET next_run_at = {0} WHERE name = {1}",
        DSL.val(time), DSL.val(name));
  }

  Instant databaseNow() {
    return sql.select(DSL.currentInstant()).fetchSingle().value1();
  }

  Instant thisMinute() {
    return databaseNow().truncatedTo(ChronoUnit.MINUTES);
  }

  /**
   * Far enough from the next full minute that no run comes in while the test looks. A schedule is
   * made afterwards: one that was there before may have run at the full minute that this waits for.
   */
  Instant awaitMiddleOfAMinute() {
    await().atMost(Duration.ofSeconds(70)).until(() -> databaseNow().getEpochSecond() % 60 < 40);
    return thisMinute();
  }

  List<UUID> jobs(String name) {
    return sql.resultQuery(
            "SELECT id FROM tenon.jobs WHERE schedule = {0} ORDER BY id", DSL.val(name))
        .fetch(0, UUID.class);
  }

  void awaitAdvanced(String name) {
    await("the schedule has moved on")
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                sql.fetchValue(
                        "SELECT next_run_at > now() FROM tenon.job_schedules WHERE name = {0}",
                        DSL.val(name))
                    .equals(true));
  }

  void endAllJobs() {
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now()");
  }

  static List<UUID> ids(String name, Instant first, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ScheduledRuns.jobId(name, first.plusSeconds(60L * i)))
        .toList();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    fixture.close();
  }
}
