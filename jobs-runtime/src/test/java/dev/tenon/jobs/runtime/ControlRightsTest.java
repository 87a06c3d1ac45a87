package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The user of {@code controlDataSource(…)} is asked for its rights at the start, and has exactly
 * these.
 */
@Tag("servers")
class ControlRightsTest {

  /** The payloads of its tasks are made by processes without workers, too. */
  private static final JobDefinition<Order, Receipt> TASK =
      TestCodecs.builder("test.external", Order.class, Receipt.class)
          .external(true)
          .input(FlowJobs.OF_RECEIPT)
          .input(FlowJobs.IF_LONG)
          .input(FlowJobs.THROWS)
          .build();

  private final Fixture fixture = Fixture.withRabbit();
  private final String role = "control_" + UUID.randomUUID().toString().replace("-", "");
  private HikariDataSource main;
  private HikariDataSource control;

  @BeforeEach
  void open() throws SQLException {
    sql(
        "CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(role),
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenon FROM PUBLIC");
    main = pool(fixture.database().user(), fixture.database().password());
    control = pool(role, "secret");
  }

  @AfterEach
  void close() throws SQLException {
    fixture.closeRuntimes();
    main.close();
    control.close();
    sql("DROP OWNED BY " + role, "DROP ROLE " + role);
    fixture.close();
  }

  private HikariDataSource pool(String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(fixture.database().url());
    config.setUsername(user);
    config.setPassword(password);
    return new HikariDataSource(config);
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private JobsRuntime startWithWhatIsAskedFor(JobsRuntimeBuilder builder) throws SQLException {
    try {
      fixture.start(builder);
      throw new AssertionError("started without rights");
    } catch (JobsStartException e) {
      List<String> grants =
          e.getMessage()
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("GRANT"))
              .toList();
      assertThat(grants).as(e.getMessage()).isNotEmpty();
      sql(grants.toArray(String[]::new));
    }
    return fixture.start(builder);
  }

  private JobsRuntimeBuilder builder() {
    return JobsRuntime.builder()
        .dataSource(main)
        .controlDataSource(control)
        .rabbitMq(fixture.host().uri())
        .closeOnShutdown(false)
        .migrate(false);
  }

  private void complete(UUID id) throws SQLException {
    sql(
        """
        SELECT FROM tenon.claim_pointed('w', ARRAY['%1$s']::uuid[], ARRAY['%2$s'], ARRAY[1], 1, 1000);
        SELECT FROM tenon.end_attempts(
          ARRAY['%1$s']::uuid[], ARRAY(SELECT lease FROM tenon.live_jobs WHERE id = '%1$s'), '{w}', '{completed}', '{completed}',
          ARRAY['{"text":"done"}'], '{1}');
        """
            .formatted(id, TASK.type()));
  }

  @Test
  void aProcessThatSubmitsAndPublishesAsksForWhatItDoesInTheBackground() throws Exception {
    JobDefinition<Order, Receipt> nightly =
        TestCodecs.builder("test.nightly", Order.class, Receipt.class)
            .schedule(CronSchedule.of("0 3 * * *", ZoneOffset.UTC, () -> new Order("n", 1)))
            .build();
    JobsRuntime runtime =
        startWithWhatIsAskedFor(
            builder().modules(TestJobs.moduleOf(List.of(ORDER, TASK, nightly))).maintenance(false));
    // Before that, what is submitted is left to maintenance
    await("a connection to RabbitMQ")
        .atMost(Fixture.PATIENCE)
        .until(() -> runtime.figures().isConnectedToRabbitMq().orElseThrow());
    JobService jobs = runtime.jobs();
    UUID queued = jobs.submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
    Fixture.awaitStatus(jobs, queued, JobStatus.QUEUED);

    // The payloads of tasks are made in the background
    TypedJobs<Order, Receipt> tasks = new TypedJobs<>(TASK, jobs, jobs);
    Workflow flow = Workflow.named("flow").submittedBy("test");
    Task<Receipt> first = flow.add(tasks, new Order("first", 1));
    Task<Receipt> next = flow.add(tasks, FlowJobs.OF_RECEIPT, first);
    Task<Receipt> notNeeded = flow.add(tasks, FlowJobs.IF_LONG, first);
    Task<Receipt> refused = flow.add(tasks, FlowJobs.THROWS, first);
    SubmittedWorkflow submitted = jobs.submit(flow);
    complete(submitted.idOf(first));
    Fixture.awaitStatus(jobs, submitted.idOf(next), JobStatus.QUEUED);
    Fixture.awaitStatus(jobs, submitted.idOf(notNeeded), JobStatus.CANCELLED);
    Fixture.awaitStatus(jobs, submitted.idOf(refused), JobStatus.FAILED);

    await("the backlog is read")
        .atMost(Fixture.PATIENCE)
        .until(() -> runtime.figures().backlog().isPresent());
    assertThat(runtime.health().checks())
        .filteredOn(check -> check.name().equals("database"))
        .singleElement()
        .matches(JobsHealth.Check::isHealthy);
  }

  @Test
  void aProcessWithMaintenanceAsksForBoth() throws Exception {
    JobsRuntime runtime =
        startWithWhatIsAskedFor(builder().modules(TestJobs.moduleOf(List.of(ORDER, TASK))));
    JobService jobs = runtime.jobs();
    UUID queued = jobs.submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
    Fixture.awaitStatus(jobs, queued, JobStatus.QUEUED);

    TypedJobs<Order, Receipt> tasks = new TypedJobs<>(TASK, jobs, jobs);
    Workflow flow = Workflow.named("flow").submittedBy("test");
    Task<Receipt> only = flow.add(tasks, new Order("only", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    complete(submitted.idOf(only));
    sql("UPDATE tenon.workflows SET delete_at = now() - interval '1 second'");
    await("the workflow is deleted")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(submitted.id()).isEmpty());

    JobSchedule unused =
        jobs.schedules()
            .put(
                "test.due",
                ORDER,
                new Order("s", 1),
                Timing.cron("* * * * *", ZoneOffset.UTC),
                ScheduleOptions.defaults(),
                Actor.of("test"));
    sql("UPDATE tenon.job_schedules SET next_run_at = date_trunc('minute', now())");
    await("the schedule has submitted a job")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.count(JobQuery.all().withType(ORDER.type())) > 1);

    await("every maintenance task is done")
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(runtime.health().checks())
                    .filteredOn(check -> check.name().startsWith("maintenance: "))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(JobsHealth.Check::isHealthy));
  }
}
