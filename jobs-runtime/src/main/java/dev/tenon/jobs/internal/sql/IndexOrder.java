package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.util.List;

/**
 * Settings of transactions that read indexes in their order. Without statistics, or for tables that
 * were empty a moment ago, the planner would otherwise read whole tables, or sort a backlog.
 */
public final class IndexOrder {

  private static final Duration MAX_STATEMENT = Duration.ofSeconds(5);

  private static final List<String> SETTINGS =
      List.of("enable_seqscan", "enable_bitmapscan", "enable_sort", "jit");

  private IndexOrder() {}

  /** Applies the settings to the rest of the transaction, and a time limit for its statements. */
  public static void prepare(DSLContext transaction) {
    for (String setting : SETTINGS) {
      set(transaction, setting, "off");
    }
    set(transaction, "statement_timeout", Long.toString(MAX_STATEMENT.toMillis()));
  }

  private static void set(DSLContext dsl, String setting, String value) {
    dsl.select(
            DSL.function(
                "set_config",
                String.class,
                DSL.inline(setting),
                DSL.inline(value),
                DSL.inline(true)))
        .execute();
  }
}
