package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types that a worker knows, each up to a version, as a statement asks for them: without those
 * that are paused, and without those that have become limited and whose jobs have no keys yet.
 */
final class KnownTypes {

  private static final String ALIAS = "k";

  private final Tables tables;
  private final UnnestedRows<Map.Entry<String, Integer>> rows;
  private final Field<String> type;
  private final Field<Integer> version;

  KnownTypes(Tables tables, Map<String, Integer> types) {
    this.tables = tables;
    this.rows = new UnnestedRows<>(ALIAS, List.copyOf(types.entrySet()));
    this.type = rows.column("type", SQLDataType.CLOB, Map.Entry::getKey);
    this.version = rows.column("version", SQLDataType.INTEGER, Map.Entry::getValue);
  }

  /** The values of the statement by the names of its parameters. */
  Map<String, @Nullable Object> parameters() {
    return rows.parameters();
  }

  /** One row for each type. */
  Table<?> table() {
    return DSL.table(
            DSL.select(type, version)
                .from(rows.table())
                .where(BarredTypes.mayClaimWithoutKey(tables, type)))
        .as(ALIAS);
  }

  /** The name of the type in {@link #table}. */
  Field<String> type() {
    return type;
  }

  /** The newest known version of the type in {@link #table}. */
  Field<Integer> version() {
    return version;
  }
}
