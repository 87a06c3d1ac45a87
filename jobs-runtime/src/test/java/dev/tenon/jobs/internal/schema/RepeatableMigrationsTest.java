package dev.tenon.jobs.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.libraries.flyway.core.api.FlywayException;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The functions of the database, which each process brings up to date when it starts. */
class RepeatableMigrationsTest {

  private static final String SCHEMA = "tenon";

  private PostgresDatabase database;
  private Connection connection;
  private DSLContext sql;

  @BeforeEach
  void open() throws SQLException {
    database = TenonDatabase.shared();
    connection = database.connect();
    sql = DSL.using(connection, SQLDialect.POSTGRES);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  /** Leaves a function, and its file in the history, as another version may have left them. */
  private void changeAFunction() {
    sql.execute(
        """
        CREATE OR REPLACE FUNCTION tenon.never() RETURNS timestamptz LANGUAGE sql IMMUTABLE
        AS $$ SELECT timestamptz '3000-01-01 00:00:00+00' $$
        """);
    assertThat(
            sql.execute(
                "UPDATE tenon.schema_history SET checksum = 1 WHERE script = 'R__1_rules.sql'"))
        .isEqualTo(1);
  }

  private void raiseTheVersion() {
    sql.execute(
        """
        INSERT INTO tenon.schema_history (
          installed_rank, version, description, type, script, checksum, installed_by,
          execution_time, success)
        VALUES (99, '99', 'x', 'SQL', 'V99__x.sql', 1, 'x', 1, true)
        """);
  }

  private void migrate() {
    Migrations.migrate(database.dataSource(), SCHEMA);
  }

  private List<String> missing() {
    return MigrationScript.missing(database.dataSource(), SCHEMA).stream()
        .map(MigrationScript.Step::script)
        .toList();
  }

  private int yearOfNever() {
    return sql.fetchSingle(
            "SELECT extract(year FROM tenon.never() AT TIME ZONE 'UTC')::integer AS year")
        .get("year", Integer.class);
  }

  @Test
  void aFunctionOfAnOlderVersionIsReplaced() {
    changeAFunction();
    assertThat(missing()).containsExactly("R__1_rules.sql");
    migrate();
    assertThat(yearOfNever()).isEqualTo(9999);
    assertThat(missing()).isEmpty();
  }

  @Test
  void aFunctionOfANewerVersionStays() {
    changeAFunction();
    raiseTheVersion();
    assertThat(missing()).isEmpty();
    migrate();
    assertThat(yearOfNever()).isEqualTo(3000);
  }

  /** The newer version may come after this one has looked, and before it has Flyway's lock. */
  @Test
  void aFunctionOfANewerVersionStaysWhenThatComesInBetween() {
    changeAFunction();
    raiseTheVersion();
    assertThatThrownBy(() -> Migrations.flyway(database.dataSource(), SCHEMA).migrate())
        .isInstanceOfSatisfying(
            FlywayException.class,
            failure -> assertThat(NewerSchemaGuard.isRefusal(failure)).isTrue());
    assertThat(yearOfNever()).isEqualTo(3000);
  }

  /** A release may divide a file, or give it another name. */
  @Test
  void aFileThatNoLongerExistsIsSkipped() {
    sql.execute(
        """
        INSERT INTO tenon.schema_history (
          installed_rank, description, type, script, checksum, installed_by, execution_time, success)
        VALUES (99, '0 old', 'SQL', 'R__0_old.sql', 1, 'x', 1, true)
        """);
    changeAFunction();
    migrate();
    assertThat(yearOfNever()).isEqualTo(9999);
  }

  @Test
  void grantsStayAndNobodyElseMayCallAFunction() {
    String role = "r" + UUID.randomUUID().toString().replace("-", "");
    sql.execute("CREATE ROLE " + role);
    try {
      sql.execute("SELECT tenon.grant_worker('" + role + "', ARRAY['test.a'])");
      List<String> before = rights();
      assertThat(before).filteredOn(right -> right.contains(role + "=X/")).isNotEmpty();
      sql.execute("UPDATE tenon.schema_history SET checksum = 1 WHERE script LIKE 'R\\_\\_%'");
      assertThat(missing()).hasSizeGreaterThan(1);
      migrate();
      assertThat(missing()).isEmpty();
      assertThat(rights()).isEqualTo(before);
      assertThat(callableByAll()).isEmpty();
    } finally {
      sql.execute("DROP OWNED BY " + role);
      sql.execute("DROP ROLE " + role);
    }
  }

  private List<String> rights() {
    return sql.fetch(
            """
            SELECT oid::regprocedure || ' ' || coalesce(proacl::text, '') AS rights
            FROM pg_proc WHERE pronamespace = 'tenon'::regnamespace ORDER BY 1
            """)
        .getValues("rights", String.class);
  }

  private List<String> callableByAll() {
    return sql.fetch(
            """
            SELECT p.oid::regprocedure::text AS name
            FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
            WHERE p.pronamespace = 'tenon'::regnamespace AND a.grantee = 0
            """)
        .getValues("name", String.class);
  }
}
