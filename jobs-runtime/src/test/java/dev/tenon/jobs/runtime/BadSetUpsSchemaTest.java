package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.KEYED;
import static dev.tenon.jobs.TestJobs.ORDER;
import static dev.tenon.jobs.TestJobs.REPLACED;
import static dev.tenon.jobs.runtime.BadSetUpServer.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Handlers;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The matrix of bad set-ups: rights, and versions of the schema. */
@Tag("servers")
@Tag("thorough")
class BadSetUpsSchemaTest {

  private static BadSetUpServer server;

  @BeforeAll
  static void open() {
    server = new BadSetUpServer();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static DynamicTest refused(String name, BadSetUp.SetUp setUp, String... parts) {
    return BadSetUp.refused(name, JobsStartException.class, setUp, parts);
  }

  /** A schema that is up to date, changed by these statements, and used without migrations. */
  private static BadSetUp.SetUp changed(String... statements) {
    return () -> {
      PostgresDatabase database = server.migrated();
      server.sql(database, statements);
      return as(database, "postgres").migrate(false);
    };
  }

  @TestFactory
  Stream<DynamicTest> rights() {
    return Stream.of(
        refused(
            "no right to create the schema",
            () -> as(server.database(), server.role("")),
            "There is no schema 'tenon', and the user app",
            "CREATE SCHEMA tenon AUTHORIZATION app"),
        refused(
            "no right to create tables",
            () -> {
              PostgresDatabase database = server.database();
              server.sql(database, "CREATE SCHEMA tenon");
              return as(database, server.role(""));
            },
            "lacks rights to the schema 'tenon'",
            "GRANT USAGE, CREATE ON SCHEMA tenon TO app"),
        refused(
            "no right to read the history",
            () -> as(server.migrated(), server.role("")),
            "GRANT USAGE ON SCHEMA tenon TO app",
            "GRANT SELECT ON tenon.schema_history TO app"),
        refused(
            "tables of somebody else to change",
            () -> {
              PostgresDatabase database = server.migrated();
              String role = server.role("");
              server.sql(
                  database,
                  "DELETE FROM tenon.schema_history WHERE version = '" + Migrations.VERSION + "'",
                  "GRANT ALL ON SCHEMA tenon TO " + role,
                  "GRANT ALL ON ALL TABLES IN SCHEMA tenon TO " + role);
              return as(database, role);
            },
            "The schema 'tenon' is at version ",
            "; this version of Tenon needs " + Migrations.VERSION,
            "may not change its tables, which belong to postgres",
            "GRANT postgres TO app"),
        refused(
            "no right to the schema",
            () -> as(server.migrated(), server.role("")).migrate(false),
            "lacks rights to the schema 'tenon'",
            "GRANT USAGE ON SCHEMA tenon TO app",
            "GRANT SELECT ON tenon.jobs TO app",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON tenon.live_jobs TO app",
            "GRANT SELECT, INSERT, DELETE ON tenon.earlier_attempts TO app",
            "GRANT SELECT, DELETE ON tenon.job_logs TO app",
            "GRANT SELECT, INSERT, UPDATE ON tenon.leaders TO app"),
        refused(
            "no right to one table, of a role whose name is to be quoted",
            () -> {
              PostgresDatabase database = server.migrated();
              server.sql(
                  database,
                  "CREATE ROLE \"My-App\" LOGIN",
                  "GRANT USAGE ON SCHEMA tenon TO \"My-App\"",
                  "GRANT ALL ON ALL TABLES IN SCHEMA tenon TO \"My-App\"",
                  "REVOKE DELETE ON tenon.workers FROM \"My-App\"");
              return as(database, "My-App").migrate(false);
            },
            "Have its owner run:"
                + System.lineSeparator()
                + "  GRANT DELETE ON tenon.workers TO \"My-App\";"));
  }

  @TestFactory
  Stream<DynamicTest> versions() {
    return Stream.of(
        refused(
            "no schema",
            () -> as(server.database(), "postgres").migrate(false),
            "There is no schema 'tenon' in the database tenon_",
            "Start once with migrate(true)",
            "schema(…)"),
        refused(
            "an empty schema",
            () -> {
              PostgresDatabase database = server.database();
              server.sql(database, "CREATE SCHEMA tenon");
              return as(database, "postgres").migrate(false);
            },
            "The schema 'tenon' is empty. Start once with migrate(true)"),
        refused(
            "tables of somebody else",
            () -> {
              PostgresDatabase database = server.database();
              server.sql(database, "CREATE TABLE public.jobs (id int)");
              return as(database, "postgres").schema("public");
            },
            "The schema 'public' has tables that Tenon did not create (jobs), and no schema_history",
            "Give Tenon its own schema"),
        refused(
            "tables of somebody else, without migrations",
            () -> {
              PostgresDatabase database = server.database();
              server.sql(database, "CREATE TABLE public.jobs (id int)");
              return as(database, "postgres").schema("public").migrate(false);
            },
            "The schema 'public' lacks jobs.type",
            "it is not Tenon's"),
        refused(
            "an older schema",
            changed(
                "DELETE FROM tenon.schema_history WHERE version = '" + Migrations.VERSION + "'",
                "ALTER TABLE tenon.live_jobs DROP COLUMN payload_bytes"),
            "The schema 'tenon' is at version "
                + (Migrations.VERSION - 1)
                + ", and lacks live_jobs.payload_bytes",
            "needs version " + Migrations.VERSION + ". Start once with migrate(true)"),
        refused(
            "an older schema that lacks only functions",
            changed(
                "DELETE FROM tenon.schema_history WHERE version = '" + Migrations.VERSION + "'",
                "DROP FUNCTION tenon.claim_pointed, tenon.mark_queued"),
            "The schema 'tenon' is at version "
                + (Migrations.VERSION - 1)
                + ", and lacks claim_pointed(), mark_queued()",
            "needs version " + Migrations.VERSION + ". Start once with migrate(true)"),
        refused(
            "a half-migrated schema",
            () -> {
              PostgresDatabase database = server.migrated();
              server.sql(
                  database,
                  "UPDATE tenon.schema_history SET success = false WHERE version = '"
                      + Migrations.VERSION
                      + "'");
              return as(database, "postgres");
            },
            "The schema 'tenon' is half migrated: its schema_history says that V",
            ".sql failed",
            "Restore the schema from a backup"),
        refused(
            "a migration that was changed",
            () -> {
              PostgresDatabase database = server.migrated();
              server.sql(
                  database, "UPDATE tenon.schema_history SET checksum = 1 WHERE version = '1'");
              return as(database, "postgres");
            },
            "The schema 'tenon' could not be brought up to date",
            "Migration checksum mismatch for migration version 1"),
        refused(
            "a newer schema that lacks a column",
            changed(newer(), "ALTER TABLE tenon.live_jobs DROP COLUMN payload_bytes"),
            "is at version 99, which a newer version of Tenon has created (this one knows "
                + Migrations.VERSION,
            "lacks what this version needs (live_jobs.payload_bytes)",
            "Start the newer version of Tenon here too"),
        refused(
            "a newer schema that lacks a function",
            changed(newer(), "DROP FUNCTION tenon.end_attempts"),
            "lacks what this version needs (end_attempts())"),
        refused(
            "a newer schema that asks for more",
            changed(newer(), "ALTER TABLE tenon.live_jobs ADD COLUMN tenant text NOT NULL"),
            "is at version 99",
            "columns that this version of Tenon does not know (live_jobs.tenant)"),
        refused(
            "a dropped function",
            changed("DROP FUNCTION tenon.release CASCADE"),
            "The schema 'tenon' lacks release(), although its schema_history says that all migrations"),
        refused(
            "a dropped table",
            changed("DROP TABLE tenon.leaders"),
            "The schema 'tenon' lacks leaders, although its schema_history says that all migrations",
            "Restore the schema from a backup"));
  }

  private static String newer() {
    return "INSERT INTO tenon.schema_history (installed_rank, version, description, type, script,"
        + " installed_by, execution_time, success) VALUES (99, '99', 'x', 'SQL', 'V99__x.sql', 'x', 1, true)";
  }

  @Test
  void aNewerSchemaThatHasEverythingIsTaken() throws Exception {
    JobsRuntimeBuilder builder =
        changed(newer(), "ALTER TABLE tenon.live_jobs ADD COLUMN tenant text").builder();
    try (JobsRuntime runtime = builder.closeOnShutdown(false).start()) {
      UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
      assertThat(runtime.jobs().get(id).status()).isEqualTo(JobStatus.PENDING);
    }
  }

  @Test
  void theGrantsInTheMessagesAreEnough() throws Exception {
    PostgresDatabase database = server.migrated();
    run(database, List.of("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenon FROM PUBLIC"));
    String role = server.role("");
    JobsRuntimeBuilder builder = as(database, role).migrate(false).closeOnShutdown(false);
    grantWhatIsMissing(database, builder::start);
    try (JobsRuntime runtime = builder.start()) {
      Handlers handlers =
          TestJobs.handlers()
              .with(
                  ORDER,
                  (order, context) -> {
                    context.log().info("line");
                    if (context.attempt() == 1) {
                      throw new IllegalStateException("again");
                    }
                    return new Receipt(order.name());
                  })
              .with(KEYED, (order, context) -> new Receipt(order.name()));
      grantWhatIsMissing(database, () -> runtime.startWorker(handlers));
      runtime.startWorker(handlers);
      UUID limited =
          runtime.jobs().submit(KEYED, new Order("a", 1), SubmitOptions.by("test")).jobId();
      Fixture.awaitStatus(runtime.jobs(), limited, JobStatus.COMPLETED);
      UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
      await("log lines")
          .atMost(Fixture.PATIENCE)
          .until(() -> runtime.jobs().logs(id).items().size() == 2);
      changeJobsThatWait(runtime.jobs());
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

  private static void changeJobsThatWait(JobService jobs) {
    SubmitOptions later = SubmitOptions.by("test").withDelay(Duration.ofDays(1));
    UUID unique = jobs.submit(REPLACED, new Order("a", 1), later).jobId();
    assertThat(jobs.submit(REPLACED, new Order("a", 2), later).jobId()).isEqualTo(unique);
    assertThat(jobs.cancel(unique, Actor.of("ann"))).isEqualTo(JobService.CancelResult.CANCELLED);
    jobs.retry(unique, Actor.of("ann"));
    UUID other = jobs.submit(ORDER, new Order("b", 1), later).jobId();
    jobs.types()
        .override(
            ORDER.type(),
            JobTypeOverrides.none().withMaxConcurrent(1).withPriority(JobPriority.HIGH),
            Actor.of("ops", "a test"));
    jobs.types().applyToWaiting(ORDER.type(), Actor.of("ann"));
    assertThat(
            jobs.list(JobQuery.all().withType(ORDER.type()).withStatus(JobStatus.PENDING)).items())
        .extracting(JobSummary::id)
        .containsExactly(other);
    assertThat(jobs.count(JobQuery.all().withStatus(JobStatus.RUNNING))).isZero();
  }

  @Test
  void theGrantsForTheMaintenanceAreEnoughWithoutAWorker() throws Exception {
    PostgresDatabase database = server.migrated();
    JobsRuntimeBuilder builder =
        as(database, server.role("")).migrate(false).closeOnShutdown(false);
    grantWhatIsMissing(database, builder::start);
    try (JobsRuntime runtime = builder.start()) {
      await("the task of the limits is done")
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(runtime.health().checks())
                      .filteredOn(check -> check.name().equals("maintenance: limits"))
                      .hasSize(1)
                      .allMatch(JobsHealth.Check::isHealthy));
    }
  }

  private static void grantWhatIsMissing(
      PostgresDatabase database, Callable<? extends AutoCloseable> start) throws Exception {
    try (AutoCloseable started = start.call()) {
      throw new AssertionError("started without rights: " + started);
    } catch (JobsStartException e) {
      List<String> grants =
          e.getMessage()
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("GRANT"))
              .toList();
      assertThat(grants).isNotEmpty();
      run(database, grants);
    }
  }

  private static void run(PostgresDatabase database, List<String> statements) throws SQLException {
    server.sql(database, statements.toArray(String[]::new));
  }
}
