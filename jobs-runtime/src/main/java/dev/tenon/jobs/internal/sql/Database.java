package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Configuration;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.ExecuteContext;
import dev.tenon.jobs.libraries.jooq.ExecuteListener;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Log;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.conf.Settings;
import dev.tenon.jobs.libraries.jooq.conf.SettingsTools;
import dev.tenon.jobs.libraries.jooq.conf.StatementType;
import dev.tenon.jobs.libraries.jooq.exception.DataAccessException;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.DefaultConfiguration;
import dev.tenon.jobs.libraries.jooq.tools.JooqLogger;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Access to PostgreSQL. Submitting and reading use {@link #dsl()}. Claims, outcomes and maintenance
 * use {@link #control()}, whose connections nothing else may use up. Heartbeats use {@link
 * #heartbeat()}, where they wait behind nothing else. All of them throw {@link StoreException}
 * where jOOQ would throw its own exceptions. Thread-safe.
 */
public final class Database {

  static {
    // Our relocated jOOQ would otherwise log a banner, and that it supports the version of the
    // database
    JooqLogger.globalThreshold(Log.Level.WARN);
  }

  private static final Settings SETTINGS =
      new Settings().withExecuteLogging(false).withReturnAllOnUpdatableRecord(false);

  private static final ExecuteListener TRANSLATOR =
      ExecuteListener.onException(Database::translate);

  /**
   * The maximum time without an answer for a short statement of a caller. Others wait behind it,
   * and the server may be hanging while another has taken its place.
   */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(20);

  private static final Field<String> CUSTOM_PLANS = setting("plan_cache_mode", "force_custom_plan");
  private static final String DEADLOCK_DETECTED = "40P01";
  private static final int MAX_TRIES = 3;

  private final DSLContext dsl;
  private final DSLContext planned;
  private final DSLContext brief;
  private final DSLContext control;
  private final DSLContext heartbeat;
  private final DSLContext monitor;
  private final Tables tables;
  private final Map<String, HotStatement> statements = new ConcurrentHashMap<>();
  private final Map<String, Boolean> callable = new ConcurrentHashMap<>();

  /**
   * Creates access to a schema.
   *
   * @param dataSource for submitting and reading
   * @param controlDataSource for claims, outcomes and maintenance
   * @param heartbeatDataSource for heartbeats
   * @param schema the schema of Tenon's tables
   */
  public Database(
      DataSource dataSource,
      DataSource controlDataSource,
      DataSource heartbeatDataSource,
      String schema) {
    this(dataSource, controlDataSource, heartbeatDataSource, dataSource, schema);
  }

  /**
   * Creates access to a schema, with separate connections for reads that people wait for.
   *
   * @param dataSource for submitting and reading
   * @param controlDataSource for claims, outcomes and maintenance
   * @param heartbeatDataSource for heartbeats
   * @param monitorDataSource for the pages and reports that operators look at
   * @param schema the schema of Tenon's tables
   */
  public Database(
      DataSource dataSource,
      DataSource controlDataSource,
      DataSource heartbeatDataSource,
      DataSource monitorDataSource,
      String schema) {
    this.dsl = context(dataSource);
    this.planned =
        DSL.using(
            dsl.configuration()
                .derive(
                    SettingsTools.clone(SETTINGS)
                        .withStatementType(StatementType.STATIC_STATEMENT)));
    this.brief =
        context(new DefaultConfiguration().set(new StoreConnections(dataSource, MAX_SILENCE)));
    this.control = context(controlDataSource);
    this.heartbeat = context(heartbeatDataSource);
    this.monitor = context(monitorDataSource);
    this.tables = new Tables(schema);
  }

  /** Creates access to PostgreSQL over the connections of a data source. */
  public static DSLContext context(DataSource dataSource) {
    return context(new DefaultConfiguration().set(new StoreConnections(dataSource)));
  }

  /** Creates access to PostgreSQL over a caller's connection. */
  public static DSLContext context(Connection connection) {
    return context(new DefaultConfiguration().set(connection));
  }

  private static DSLContext context(Configuration configuration) {
    return DSL.using(configuration.set(SQLDialect.POSTGRES).set(SETTINGS).set(TRANSLATOR));
  }

  /** Makes a change in one transaction. The commit may fail as well. */
  public static <T> T inTransaction(DSLContext dsl, Function<DSLContext, T> change) {
    return StoreExceptions.translating(
        () -> dsl.transactionResult(transaction -> change.apply(transaction.dsl())));
  }

  /**
   * Makes a change in one transaction that waits for the locks of others for a limited time, and
   * then fails with SQL state 55P03. Its statements are planned for the present contents of the
   * tables.
   *
   * @param change the change, which may be called several times, as by {@link
   *     #inRepeatedTransaction}
   */
  public static <T> T inTransaction(
      DSLContext dsl, Duration maxLockWait, Function<DSLContext, T> change) {
    return inRepeatedTransaction(
        dsl,
        transaction -> {
          transaction.select(lockTimeout(maxLockWait), CUSTOM_PLANS).execute();
          return change.apply(transaction);
        });
  }

  /**
   * Makes a change in one transaction, and repeats it if a deadlock has ended that. The end of a
   * job locks its row before its workflow; a change of a waiting job locks them the other way
   * round. So the two can deadlock if the job starts and ends at that moment. PostgreSQL then fails
   * one of them, and rolls it back.
   *
   * @param change the change, which may be called several times and must change nothing except the
   *     database
   */
  public static <T> T inRepeatedTransaction(DSLContext dsl, Function<DSLContext, T> change) {
    for (int tries = 1; ; tries++) {
      try {
        return inTransaction(dsl, change);
      } catch (StoreUnavailableException e) {
        if (tries == MAX_TRIES || !DEADLOCK_DETECTED.equals(e.sqlState())) {
          throw e;
        }
      }
    }
  }

  /** Limits how long the rest of a transaction waits for the locks of others. */
  public static void limitLockWait(DSLContext transaction, Duration maxLockWait) {
    transaction.select(lockTimeout(maxLockWait)).execute();
  }

  /**
   * Has the rest of a transaction planned for the present contents of the tables. The driver would
   * otherwise keep a plan that was made while no job waited, and that reads all waiting jobs later.
   */
  public static void useCustomPlans(DSLContext transaction) {
    transaction.select(CUSTOM_PLANS).execute();
  }

  private static Field<String> lockTimeout(Duration maxLockWait) {
    return setting("lock_timeout", Long.toString(maxLockWait.toMillis()));
  }

  private static Field<String> setting(String name, String value) {
    return DSL.function(
        "set_config", String.class, DSL.inline(name), DSL.inline(value), DSL.inline(true));
  }

  private static void translate(ExecuteContext context) {
    if (context.sqlException() != null) {
      context.exception(StoreExceptions.of(context.sqlException()));
    } else if (context.exception() instanceof DataAccessException failure) {
      context.exception(StoreExceptions.of(failure));
    }
  }

  /** Returns access for submitting and reading, over the connections of the callers. */
  public DSLContext dsl() {
    return dsl;
  }

  /**
   * Returns access for statements that look for jobs: {@link #dsl()} with the values inlined, so
   * that each is planned for the present contents of the tables. The driver would otherwise keep a
   * plan that was made while no job waited, and that reads all waiting jobs later.
   */
  public DSLContext planned() {
    return planned;
  }

  /**
   * Returns access for short statements of callers: {@link #dsl()} with less patience for a silent
   * server.
   */
  public DSLContext brief() {
    return brief;
  }

  /**
   * Returns access for claims, outcomes and maintenance, over connections that nothing else may use
   * up.
   */
  public DSLContext control() {
    return control;
  }

  /** Returns access for heartbeats, over connections where they wait behind nothing else. */
  public DSLContext heartbeat() {
    return heartbeat;
  }

  /**
   * Returns access for reads that people wait for: it fails within seconds if the database does not
   * answer.
   */
  DSLContext monitor() {
    return monitor;
  }

  /** The tables in the schema. */
  public Tables tables() {
    return tables;
  }

  /**
   * Returns a statement that no object holds; its SQL is written once for this database.
   *
   * @param name a name that no other statement has
   * @param writer writes the statement for these tables
   */
  public HotStatement statement(String name, Function<Tables, HotStatement> writer) {
    return statements.computeIfAbsent(name, unused -> writer.apply(tables));
  }

  /**
   * Returns whether the user may call a function of the schema. The database is asked only the
   * first time.
   *
   * @param function its name and the types of its parameters, such as {@code claim(text, integer)}
   */
  public boolean mayCall(DSLContext dsl, String function) {
    Boolean known = callable.get(function);
    if (known == null) {
      known =
          dsl.select(
                  DSL.field(
                      "has_function_privilege({0}, 'EXECUTE')",
                      Boolean.class,
                      DSL.inline(tables.jobs.getSchema().getQualifiedName() + "." + function)))
              .fetchSingle()
              .value1();
      callable.put(function, known);
    }
    return known;
  }
}
