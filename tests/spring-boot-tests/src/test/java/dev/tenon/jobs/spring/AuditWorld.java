package dev.tenon.jobs.spring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** A shop whose jobs, types, schedules, workflows and workers people change by hand. */
final class AuditWorld implements AutoCloseable {

  static final String TYPE = "shop.order.confirm";
  static final Actor BEFORE = Actor.of("the test", "to prepare");

  private static final String SCHEDULE = "nightly";
  private static final Duration LATER = Duration.ofDays(1);

  final PostgresDatabase database = PostgresDatabase.shared();
  final HikariDataSource pool = new HikariDataSource(config(database));
  // Without maintenance, nothing changes by itself
  final JobsRuntime runtime =
      JobsRuntime.builder().dataSource(pool).maintenance(false).closeOnShutdown(false).start();
  final JobService jobs = runtime.jobs();
  final JobDashboard dashboard =
      JobDashboard.builder(runtime)
          .accessPolicy(
              request -> DashboardUser.of(request.header("X-User").orElse("-"), Right.ADMINISTER))
          .build();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * A change by hand.
   *
   * @param action what the audit calls it
   * @param target makes what is to be changed; gives it as the audit has it
   * @param change changes it
   */
  record Change(String action, Supplier<String> target, BiConsumer<String, Actor> change) {}

  AuditWorld() throws SQLException {
    sql("INSERT INTO tenon.workers (id, host, process_id, concurrency) VALUES ('w-1', 'h', 1, 1)");
  }

  private static HikariConfig config(PostgresDatabase database) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(8);
    return config;
  }

  void sql(String... statements) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** A number that nobody has got before. */
  int next() {
    return count.incrementAndGet();
  }

  static TypedJobs<OrderConfirm, Void> orders(JobService service) {
    return new ShopJobs(service).orderConfirm();
  }

  UUID waiting(String itemId) {
    return orders(jobs)
        .submit(new OrderConfirm("7"), SubmitOptions.by("web").withDelay(LATER).withItemId(itemId))
        .jobId();
  }

  String waiting() {
    return waiting("one").toString();
  }

  String cancelled() {
    String id = waiting();
    jobs.cancel(UUID.fromString(id), BEFORE);
    return id;
  }

  /** A job with a step that is in doubt. */
  String inDoubt() {
    return withStep(waiting(), "in_doubt");
  }

  /** A cancelled job that has recorded a step. */
  String cancelledAfterAStep() {
    return withStep(cancelled(), "done");
  }

  /** A job that is the first one of a line. */
  String first() {
    String id = waiting();
    try {
      sql(
          "INSERT INTO tenon.job_lines (type, order_key, job_id, due_at, is_open)"
              + " SELECT type, '"
              + next()
              + "', id, run_at, true FROM tenon.live_jobs WHERE id = '"
              + id
              + "'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return id;
  }

  private String withStep(String id, String state) {
    try {
      sql(
          "INSERT INTO tenon.job_steps (job_id, name, kind, state, version, lease, number, started_at)"
              + " VALUES ('%s', 'charge', 'step', '%s', 1, 1, 1, now())".formatted(id, state));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return id;
  }

  /** A query in words, for the jobs of an item of its own. */
  String many(boolean areCancelled) {
    String item = "item-" + next();
    UUID id = waiting(item);
    waiting(item);
    if (areCancelled) {
      jobs.cancel(id, BEFORE);
    }
    return JobQuery.all().withItemId(item).describe();
  }

  static String itemOf(String query) {
    return query.replaceAll(".*'(.*)'", "$1");
  }

  static JobQuery query(String query) {
    return JobQuery.all().withItemId(itemOf(query));
  }

  String workflow() {
    Workflow flow = Workflow.named("order").submittedBy("web");
    flow.add(orders(jobs), new OrderConfirm("8"));
    return jobs.submit(flow).id().toString();
  }

  String workflowAfter(BiConsumer<UUID, Actor> before) {
    String id = workflow();
    before.accept(UUID.fromString(id), BEFORE);
    return id;
  }

  String schedule() {
    jobs.schedules()
        .put(
            SCHEDULE,
            orders(jobs).definition(),
            new OrderConfirm("9"),
            Timing.cron("0 * * * *", ZoneOffset.UTC),
            ScheduleOptions.defaults(),
            BEFORE);
    jobs.schedules().resume(SCHEDULE, BEFORE);
    return SCHEDULE;
  }

  String pausedSchedule() {
    schedule();
    jobs.schedules().pause(SCHEDULE, BEFORE);
    return SCHEDULE;
  }

  String type() {
    jobs.types().resume(TYPE, BEFORE);
    jobs.types().clearOverrides(TYPE, BEFORE);
    jobs.types().setKeyWeight(TYPE, "acme", 1, BEFORE);
    return TYPE;
  }

  String pausedType() {
    jobs.types().pause(TYPE, BEFORE);
    return TYPE;
  }

  String overriddenType() {
    type();
    waiting();
    jobs.types().override(TYPE, JobTypeOverrides.none().withPriority(JobPriority.LOW), BEFORE);
    return TYPE;
  }

  String worker(boolean isQuieted) {
    if (isQuieted) {
      runtime.monitor().quietWorker("w-1", BEFORE);
    } else {
      runtime.monitor().resumeWorker("w-1", BEFORE);
    }
    return "w-1";
  }

  Instant hour() {
    return Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(next()));
  }

  @Override
  public void close() {
    dashboard.close();
    runtime.close();
    pool.close();
    database.close();
  }
}
