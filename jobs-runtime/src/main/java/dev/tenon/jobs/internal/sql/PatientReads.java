package dev.tenon.jobs.internal.sql;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Runs reads that a person waits for, with a short time limit. Thread-safe. */
public final class PatientReads {

  /** The time limit of a read: how long a page may keep a person waiting, and the database busy. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Database database;

  /** Creates reads from this database. */
  public PatientReads(Database database) {
    this.database = database;
  }

  /**
   * Reads for two seconds at most, on one processor, and without compiling statements that run
   * once: reading must not slow down the jobs. Statements are planned for the requested values: a
   * plan for any status could not use the indexes of failed jobs.
   */
  public <T> T patiently(Function<DSLContext, T> read) {
    return connected(connection -> read(connection, read));
  }

  /**
   * Makes several reads that see the database as it was at one moment, each within a time limit. It
   * is for reports that read whole tables.
   */
  public <T> T atOneMoment(Duration limit, Function<DSLContext, T> read) {
    return connected(
        connection ->
            Database.inTransaction(
                connection,
                dsl -> {
                  // Only the first statement of a transaction may do that
                  dsl.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                  set(
                      dsl,
                      Map.of(
                          "statement_timeout",
                          Long.toString(limit.toMillis()),
                          "max_parallel_workers_per_gather",
                          "0",
                          "plan_cache_mode",
                          "force_custom_plan",
                          "jit",
                          "off"));
                  return read.apply(dsl);
                }));
  }

  private <T> T connected(Function<DSLContext, T> read) {
    // A transaction that jOOQ begins without a connection asks for one three times
    return StoreExceptions.translating(
        () ->
            database
                .monitor()
                .connectionResult(connection -> read.apply(Database.context(connection))));
  }

  private static <T> T read(DSLContext connected, Function<DSLContext, T> read) {
    return Database.inTransaction(
        connected,
        dsl -> {
          set(
              dsl,
              Map.of(
                  "statement_timeout", Long.toString(PATIENCE.toMillis()),
                  "max_parallel_workers_per_gather", "0",
                  "plan_cache_mode", "force_custom_plan",
                  "jit", "off"));
          return read.apply(dsl);
        });
  }

  /**
   * Does the same with statements that have to read indexes in their order. Otherwise the planner
   * might read the table until the limit of a count is reached, and for a type without waiting jobs
   * it never is.
   */
  public <T> T byIndexes(Function<DSLContext, T> read) {
    return patiently(
        dsl -> {
          readByIndexes(dsl);
          return read.apply(dsl);
        });
  }

  /** Has the rest of a transaction read indexes in their order. */
  public static void readByIndexes(DSLContext transaction) {
    set(
        transaction,
        Map.of("enable_seqscan", "off", "enable_bitmapscan", "off", "enable_sort", "off"));
  }

  private static void set(DSLContext dsl, Map<String, String> settings) {
    dsl.select(
            settings.entrySet().stream()
                .map(
                    setting ->
                        DSL.function(
                            "set_config",
                            String.class,
                            inline(setting.getKey()),
                            inline(setting.getValue()),
                            inline(true)))
                .toList())
        .execute();
  }
}
