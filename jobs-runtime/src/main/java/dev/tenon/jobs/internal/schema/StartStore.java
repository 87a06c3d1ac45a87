package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.TableImpl;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the facts that a start needs: the server, the state of the schema, and the rights of the
 * user. It only reads the catalog, which every user may. For one thread.
 */
public final class StartStore {

  /** The functions that Java workers call. */
  private static final List<String> OWN_FUNCTIONS =
      List.of(
          "insert_jobs",
          "insert_uniform_jobs",
          "claim_pointed",
          "claim_due",
          "claim_overdue",
          "claim_limited",
          "end_attempts",
          "mark_queued",
          "return_skipped_jobs",
          "rescue_jobs",
          "clear_past_keys",
          "due_kinds",
          "walk_in_turn",
          "count_queued",
          "queued_for",
          "first_routing_keys",
          "postpone_pointers",
          "look_for_jobs",
          "pointers_among",
          "jobs_among",
          "settle_workflows");

  /** The functions that workers and submitters in other languages call. */
  private static final List<String> EXTERNAL_FUNCTIONS =
      List.of(
          "heartbeat",
          "claim",
          "progress",
          "log",
          "emit",
          "complete",
          "fail",
          "snooze",
          "release",
          "cancelled",
          "deregister",
          "submit",
          "submit_all",
          "read_jobs",
          "watch_jobs",
          "cancel_job",
          "grant_worker",
          "revoke_worker",
          "grant_submitter",
          "revoke_submitter");

  private final DSLContext dsl;
  private final String schema;
  private final Tables tables;

  /**
   * A server and a user, as one connection sees them.
   *
   * @param version such as 150004 for 15.4
   * @param versionText such as {@code 15.4 (Debian …)}
   * @param user whose rights count
   * @param database its name
   * @param installation an id that all connections to one database share until its server restarts
   * @param standby whether it is a standby, which accepts no writes
   * @param readOnly whether transactions are read-only unless they say otherwise
   * @param readOnlySource the source of that setting in PostgreSQL, such as {@code configuration
   *     file}
   * @param readOnlyPool whether the pool or the driver makes them read-only
   * @param isolation of transactions, such as {@code read committed}
   * @param createsSchemas whether the user may create a schema
   */
  public record Server(
      int version,
      String versionText,
      String user,
      String database,
      String installation,
      boolean standby,
      boolean readOnly,
      String readOnlySource,
      boolean readOnlyPool,
      String isolation,
      boolean createsSchemas) {}

  /**
   * The state of the schema.
   *
   * @param exists whether there is one of that name
   * @param usable whether the user may use it
   * @param creatable whether the user may create tables in it
   * @param relations everything in it, whoever created it, by name
   * @param refusedFunctions the names of its functions that the user may not call
   */
  public record Schema(
      boolean exists,
      boolean usable,
      boolean creatable,
      Map<String, Relation> relations,
      Set<String> refusedFunctions) {}

  /**
   * A table, a view or the like.
   *
   * @param privileges those of SELECT, INSERT, UPDATE and DELETE that the user has
   * @param owner the role that may change it
   * @param owned whether the user acts as the owner
   * @param columns the names of its columns
   * @param required the columns that an insert must give
   */
  public record Relation(
      Set<String> privileges,
      String owner,
      boolean owned,
      Set<String> columns,
      Set<String> required) {}

  /**
   * The state of the history of migrations.
   *
   * @param version the newest version that the schema was brought to; 0 if there is none
   * @param failed the file that failed; null if none did
   */
  public record History(int version, @Nullable String failed) {}

  private StartStore(Connection connection, String schema) {
    this.dsl = Database.context(connection);
    this.schema = schema;
    this.tables = new Tables(schema);
  }

  /**
   * Reads over one connection.
   *
   * @param dataSource gives the connection
   * @param schema the name of the schema
   * @param look the reads to make
   */
  public static <T> T look(DataSource dataSource, String schema, Function<StartStore, T> look) {
    return Database.context(dataSource)
        .connectionResult(connection -> look.apply(new StartStore(connection, schema)));
  }

  /**
   * Reads over one connection as another role, which the user has to be a member of.
   *
   * @param role the name of the role
   */
  public static <T> T lookAs(
      DataSource dataSource, String schema, String role, Function<StartStore, T> look) {
    return Database.context(dataSource)
        .connectionResult(
            connection -> {
              DSLContext dsl = Database.context(connection);
              dsl.execute("SET ROLE {0}", DSL.name(role));
              try {
                return look.apply(new StartStore(connection, schema));
              } finally {
                dsl.execute("RESET ROLE");
              }
            });
  }

  /** Returns the state of the history of migrations, over a connection that has a transaction. */
  static History history(Connection connection, String schema) {
    return new StartStore(connection, schema).history();
  }

  /** Returns the facts about the server. */
  public Server server() {
    boolean readOnlyPool = dsl.connectionResult(Connection::isReadOnly);
    Record row =
        dsl.resultQuery(
                """
                SELECT current_setting('server_version_num')::integer,
                  current_setting('server_version'), current_user::text, current_database()::text,
                  current_database() || ' ' || pg_postmaster_start_time()::text,
                  pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
                  (SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only'),
                  current_setting('transaction_isolation'),
                  has_database_privilege(current_database(), 'CREATE')
                """)
            .fetchSingle();
    return new Server(
        row.get(0, Integer.class),
        row.get(1, String.class),
        row.get(2, String.class),
        row.get(3, String.class),
        row.get(4, String.class),
        row.get(5, Boolean.class),
        row.get(6, Boolean.class),
        row.get(7, String.class),
        readOnlyPool,
        row.get(8, String.class),
        row.get(9, Boolean.class));
  }

  /** Returns the contents of the schema, and the user's rights to them. */
  public Schema schema() {
    Record found =
        dsl.resultQuery(
                """
                SELECT has_schema_privilege(oid, 'USAGE'), has_schema_privilege(oid, 'CREATE')
                FROM pg_namespace WHERE nspname = ?
                """,
                schema)
            .fetchOne();
    if (found == null) {
      return new Schema(false, false, false, Map.of(), Set.of());
    }
    Map<String, Relation> relations = new LinkedHashMap<>();
    for (Record row :
        dsl.resultQuery(
            """
            SELECT c.relname::text,
              ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
                WHERE has_table_privilege(c.oid, p)),
              pg_get_userbyid(c.relowner)::text, pg_has_role(c.relowner, 'USAGE'),
              ARRAY(SELECT attname::text FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
              ARRAY(SELECT attname::text FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attnotnull
                  AND NOT atthasdef AND attidentity = '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            ORDER BY c.relname
            """,
            schema)) {
      relations.put(
          row.get(0, String.class),
          new Relation(
              Set.of(row.get(1, String[].class)),
              row.get(2, String.class),
              row.get(3, Boolean.class),
              Set.of(row.get(4, String[].class)),
              Set.of(row.get(5, String[].class))));
    }
    return new Schema(
        true,
        found.get(0, Boolean.class),
        found.get(1, Boolean.class),
        Map.copyOf(relations),
        refusedFunctions());
  }

  /** Returns the sizes of the tables in the schema, in bytes, by name. */
  public Map<String, Long> tableSizes() {
    return dsl.resultQuery(
            """
            SELECT c.relname::text, pg_table_size(c.oid)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relkind = 'r'
            """,
            schema)
        .fetchMap(row -> row.get(0, String.class), row -> row.get(1, Long.class));
  }

  private Set<String> refusedFunctions() {
    return dsl.resultQuery(
            """
            SELECT DISTINCT p.proname::text
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = ? AND NOT has_function_privilege(p.oid, 'EXECUTE')
            """,
            schema)
        .fetchSet(0, String.class);
  }

  /** Returns the state of the history of migrations; the user must be allowed to read it. */
  public History history() {
    Record row =
        dsl.select(
                DSL.coalesce(
                    DSL.max(DSL.field("version", String.class).cast(Integer.class))
                        .filterWhere("success"),
                    DSL.inline(0)),
                DSL.max(DSL.field("script", String.class)).filterWhere("NOT success"))
            .from(DSL.table(DSL.name(schema, Migrations.HISTORY)))
            .fetchSingle();
    return new History(row.get(0, Integer.class), row.get(1, String.class));
  }

  /** Returns the missing functions that this code calls, such as {@code claim_due()}. */
  public List<String> missingFunctions() {
    return missingOf(OWN_FUNCTIONS);
  }

  /** Returns the missing functions for workers in other languages. */
  public List<String> missingWorkerFunctions() {
    return missingOf(EXTERNAL_FUNCTIONS);
  }

  private List<String> missingOf(List<String> functions) {
    List<String> missing = new ArrayList<>();
    for (Record row :
        dsl.resultQuery(
            """
            SELECT f FROM unnest(?::text[]) WITH ORDINALITY u (f, n)
            WHERE NOT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
              WHERE s.nspname = ? AND p.proname = f)
            ORDER BY n
            """,
            functions.toArray(String[]::new),
            schema)) {
      missing.add(row.get(0, String.class) + "()");
    }
    return missing;
  }

  /**
   * Returns the missing tables that this code needs, and missing columns such as {@code jobs.id}.
   */
  public List<String> missing(Schema found) {
    List<String> missing = new ArrayList<>();
    for (TableImpl<?> table : tables.all()) {
      Relation relation = found.relations().get(table.getName());
      if (relation == null) {
        missing.add(table.getName());
        continue;
      }
      for (Field<?> field : table.fields()) {
        if (!relation.columns().contains(field.getName())) {
          missing.add(table.getName() + "." + field.getName());
        }
      }
    }
    return missing;
  }

  /**
   * Returns the columns that an insert must give and that this code does not know, such as {@code
   * jobs.id}.
   */
  public List<String> unknown(Schema found) {
    List<String> unknown = new ArrayList<>();
    for (TableImpl<?> table : tables.all()) {
      Relation relation = found.relations().get(table.getName());
      if (relation != null) {
        Set<String> required = new TreeSet<>(relation.required());
        for (Field<?> field : table.fields()) {
          required.remove(field.getName());
        }
        required.forEach(column -> unknown.add(table.getName() + "." + column));
      }
    }
    return unknown;
  }
}
