package dev.tenon.jobs.internal.sql;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Reads for people who look, and gives up soon. Thread-safe. */
public final class PatientReads {

  /** How long a page may keep a person waiting, and the database busy. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Database database;

  /** Reads from this database. */
  public PatientReads(Database database) {
    this.database = database;
  }

  /**
   * Reads for two seconds at most, on one processor, and without compiling what is run once:
   * whoever looks must not slow down the jobs. Plans are made for the values that are asked for:
   * the indexes of those that failed are of no use to a plan for any status.
   */
  public <T> T patiently(Function<DSLContext, T> read) {
    // A transaction that jOOQ begins without a connection asks for one three times
    return StoreExceptions.translating(
        () ->
            database
                .monitor()
                .connectionResult(connection -> read(Database.context(connection), read)));
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
   * Does the same with statements that have to read indexes in their order. Left alone, the planner
   * takes the limit of a count as a reason to read the table until it is reached, and for a type
   * without waiting jobs it never is.
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
