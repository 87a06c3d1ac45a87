package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.internal.schema.Rights;
import dev.tenon.jobs.internal.schema.StartStore;
import dev.tenon.jobs.internal.schema.StartStore.Server;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreRefusedException;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Prepares a database for use: checks whether the server, its schema, the rights and the pools are
 * what the runtime needs, and brings the schema up to date. Problems are found here, within a
 * limited time of waiting for PostgreSQL, instead of by the first job.
 */
final class DatabaseStart {

  /** The time to wait for an answer before a start fails. Migrations may take longer. */
  static final Duration DEFAULT_LIMIT = Duration.ofSeconds(9);

  /**
   * The smallest size of the control pool: claims, outcomes, publishing and maintenance run at the
   * same time.
   */
  static final int MIN_CONTROL_CONNECTIONS = 4;

  private static final String CONTROL = "behind controlDataSource(…)";

  /** The connections for migrations: Flyway needs one for its lock and one for its statements. */
  private static final int MIGRATION_CONNECTIONS = 2;

  private final DataSources dataSources;
  private final String schema;
  private final boolean migrates;
  private final boolean maintenance;
  private final boolean onlyLooks;
  private final Duration limit;

  /**
   * Creates a start.
   *
   * @param onlyLooks true if it knows no job types and takes no part in maintenance. If it still
   *     makes a change, PostgreSQL decides then whether the user has the right.
   * @param limit the time that the checks before the migrations may wait for PostgreSQL in total,
   *     and again those after them
   */
  DatabaseStart(
      DataSources dataSources,
      String schema,
      boolean migrates,
      boolean maintenance,
      boolean onlyLooks,
      Duration limit) {
    this.onlyLooks = onlyLooks;
    this.dataSources = dataSources;
    this.schema = schema;
    this.migrates = migrates;
    this.maintenance = maintenance;
    this.limit = limit;
  }

  /**
   * Runs the checks and the migrations.
   *
   * @throws JobsStartException if a check fails
   */
  void run() {
    BoundedCall calls = new BoundedCall(limit);
    checkPoolsAreOpen();
    if (!dataSources.hasOwnConnections()) {
      checkMainPool(calls);
    }
    Server server =
        look(
            dataSources.checking(),
            dataSources.place(),
            calls,
            check -> {
              Server found = check.server();
              if (migrates) {
                check.beforeMigrations(found);
              }
              return found;
            });
    if (dataSources.hasOwnConnections() && !dataSources.ownsMain()) {
      checkMainPool(calls);
      // Its settings may differ from those of the runtime's own connections
      Server unused = look(dataSources.main(), dataSources.place(), calls, StartCheck::server);
    }
    if (dataSources.hasForeignControl()) {
      checkControlPool(calls);
    }
    calls.slowness().ifPresent(DatabaseStart::warnOfSlowness);
    if (migrates) {
      migrate();
    }
    BoundedCall after = new BoundedCall(limit);
    Server checked =
        look(
            dataSources.checking(),
            dataSources.place(),
            after,
            check -> check.schema(server, rights()));
    StartCheck.LOG.debug("PostgreSQL {} is {}.", dataSources.place(), checked.versionText());
    if (dataSources.hasForeignControl()) {
      Server unused =
          look(
              dataSources.control(),
              CONTROL,
              after,
              check -> check.schema(check.server(), controlRights()));
    }
  }

  private static void warnOfSlowness(String slowness) {
    StartCheck.LOG.warn(
        "{} Its heartbeats may be late, and then other processes run its jobs again. Give it more"
            + " CPU.",
        slowness);
  }

  /**
   * Checks the additional rights of a worker. If the database cannot be reached at the moment, the
   * check passes.
   *
   * @throws JobsStartException if rights are missing
   */
  static void checkWorker(DataSources dataSources, String schema) {
    try {
      Server unused =
          StartStore.look(
              dataSources.control(),
              schema,
              store -> {
                StartCheck check = new StartCheck(store, schema);
                return check.schema(check.server(), Set.of(Rights.WORKING));
              });
    } catch (StoreRefusedException e) {
      throw failed(ConnectFailures.explain(e, dataSources.place()), e);
    } catch (StoreException e) {
      StartCheck.LOG.debug("The rights of the worker could not be checked.", e);
    }
  }

  private Set<Rights> rights() {
    EnumSet<Rights> rights = EnumSet.of(onlyLooks ? Rights.LOOKING : Rights.SUBMITTING);
    if (!dataSources.hasForeignControl()) {
      rights.addAll(controlRights());
    }
    return rights;
  }

  private Set<Rights> controlRights() {
    EnumSet<Rights> rights = EnumSet.of(onlyLooks ? Rights.LOOKING : Rights.BACKGROUND);
    if (maintenance) {
      rights.add(Rights.MAINTENANCE);
    }
    return rights;
  }

  private void migrate() {
    try {
      Migrations.migrate(dataSources.migrating(), schema);
    } catch (RuntimeException e) {
      throw failed(
          "The schema '%s' could not be brought up to date: %s"
              .formatted(schema, ConnectFailures.explainMigration(e, dataSources.place())),
          e);
    }
  }

  private void checkPoolsAreOpen() {
    requireOpen(dataSources.main(), "dataSource(…)");
    requireOpen(dataSources.control(), "controlDataSource(…)");
  }

  private static void requireOpen(DataSource pool, String setting) {
    if (pool instanceof HikariDataSource hikari && hikari.isClosed()) {
      throw StartCheck.problem(
          "The pool passed to %s is closed. Start Tenon before you close the pool, and close Tenon first."
              .formatted(setting));
    }
  }

  private void checkMainPool(BoundedCall calls) {
    int needed = 1;
    if (!dataSources.hasOwnConnections()) {
      needed =
          dataSources.hasForeignControl()
              ? (migrates ? MIGRATION_CONNECTIONS : 1)
              : MIN_CONTROL_CONNECTIONS;
    }
    probe(dataSources.main(), "dataSource(…)", needed, calls);
  }

  private void checkControlPool(BoundedCall calls) {
    probe(dataSources.control(), "controlDataSource(…)", MIN_CONTROL_CONNECTIONS, calls);
    Server control = look(dataSources.control(), CONTROL, calls, StartCheck::server);
    Server main = look(dataSources.main(), dataSources.place(), calls, StartCheck::server);
    if (!control.installation().equals(main.installation())) {
      throw StartCheck.problem(
          "dataSource(…) connects to the database %s, but controlDataSource(…) to %s or to another server. Pass two pools for the same database."
              .formatted(main.database(), control.database()));
    }
    if (!"read committed".equals(control.isolation())) {
      throw StartCheck.problem(
          "The transactions of controlDataSource(…) are %s, but Tenon needs read committed. Set transactionIsolation of the pool."
              .formatted(control.isolation()));
    }
  }

  /** Takes as many connections from a pool at the same time as Tenon needs. */
  private void probe(DataSource pool, String setting, int needed, BoundedCall calls) {
    if (pool instanceof HikariDataSource hikari && hikari.getMaximumPoolSize() < needed) {
      throw StartCheck.problem(tooFew(pool, setting, hikari.getMaximumPoolSize(), needed));
    }
    AtomicInteger given = new AtomicInteger();
    try {
      boolean unused =
          calls.run(
              () -> {
                List<Connection> connections = new ArrayList<>();
                try {
                  for (int i = 0; i < needed; i++) {
                    connections.add(pool.getConnection());
                    given.incrementAndGet();
                  }
                  return true;
                } finally {
                  for (Connection connection : connections) {
                    connection.close();
                  }
                }
              });
    } catch (TimeoutException e) {
      throw failed(tooFew(pool, setting, given.get(), needed), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      boolean timedOut =
          cause instanceof SQLTransientConnectionException
              && ConnectFailures.sqlState(cause).isEmpty();
      boolean exhausted = timedOut || given.get() > 0;
      throw failed(
          exhausted
              ? tooFew(pool, setting, given.get(), needed)
              : ConnectFailures.explain(cause, "behind " + setting),
          cause);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private String tooFew(DataSource pool, String setting, int given, int needed) {
    String size = "";
    if (pool instanceof HikariDataSource hikari) {
      HikariPoolMXBean state = hikari.getHikariPoolMXBean();
      size =
          state == null
              ? ""
              : " (of %d connections %d are in use)"
                  .formatted(hikari.getMaximumPoolSize(), state.getActiveConnections());
    }
    if (given == 0) {
      return "%s provides no connection within %d s%s. All connections of the pool are in use, or PostgreSQL does not answer. Raise the size of the pool, or find out who holds its connections."
          .formatted(setting, limit.toSeconds(), size);
    }
    return "%s provides only %d %s at a time%s; Tenon needs %d. Raise the size of its pool%s."
        .formatted(
            setting,
            given,
            given == 1 ? "connection" : "connections",
            size,
            needed,
            needed == MIN_CONTROL_CONNECTIONS && setting.startsWith("data")
                ? ", or set controlDataSource(…)"
                : "");
  }

  private Server look(
      DataSource source, String place, BoundedCall calls, Function<StartCheck, Server> look) {
    try {
      return calls.run(
          () ->
              StartStore.look(source, schema, store -> look.apply(new StartCheck(store, schema))));
    } catch (TimeoutException e) {
      throw failed(
          "PostgreSQL %s does not answer within %d s. Check host and port in the URL, and whether the server hangs.%s"
              .formatted(
                  place, limit.toSeconds(), calls.slowness().map(why -> " " + why).orElse("")),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JobsStartException problem) {
        throw problem;
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (calls.lastWorkedMostly() && ConnectFailures.sqlState(cause).startsWith("08")) {
        // The driver has given up because this process was slow; next time its classes are loaded
        return look(source, place, calls, look);
      }
      throw failed(ConnectFailures.explain(cause, place), cause);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static JobsStartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return failed("The thread was interrupted.", e);
  }

  private static JobsStartException failed(String message, Throwable cause) {
    return new JobsStartException(
        StartCheck.PREFIX + message, LoggableFailure.withoutValues(cause));
  }
}
