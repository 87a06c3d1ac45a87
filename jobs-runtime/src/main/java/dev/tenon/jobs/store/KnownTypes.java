package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.HashMap;
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
  private final Field<String[]> names;
  private final Field<Integer[]> versions;
  private final UnnestedRows<Map.Entry<String, Integer>> rows;
  private final Field<String> type;
  private final Field<Integer> version;
  private final Map<String, @Nullable Object> parameters;

  KnownTypes(Tables tables, Map<String, Integer> types) {
    this.tables = tables;
    List<Map.Entry<String, Integer>> entries = List.copyOf(types.entrySet());
    String[] allNames = entries.stream().map(Map.Entry::getKey).toArray(String[]::new);
    Integer[] allVersions = entries.stream().map(Map.Entry::getValue).toArray(Integer[]::new);
    // array_position finds no function for varchar[] and text before PostgreSQL 14
    this.names = DSL.cast(DSL.param("known_types", allNames), SQLDataType.CLOB.array());
    this.versions = DSL.param("known_versions", allVersions);
    this.rows = new UnnestedRows<>(ALIAS, entries);
    this.type = rows.column("type", SQLDataType.CLOB, Map.Entry::getKey);
    this.version = rows.column("version", SQLDataType.INTEGER, Map.Entry::getValue);
    this.parameters = new HashMap<>(rows.parameters());
    parameters.put("known_types", allNames);
    parameters.put("known_versions", allVersions);
  }

  /** Whether they include a job's type in the job's version, for now; never null. */
  Condition include(Tables.Jobs j) {
    Field<Integer> known =
        DSL.field("({0})[array_position({1}, {2})]", Integer.class, versions, names, j.type);
    return j.type
        .eq(DSL.any(names))
        .and(j.version.le(DSL.coalesce(known, 0)))
        .and(BarredTypes.mayClaimWithoutKey(tables, j.type));
  }

  /** The values of the statement by the names of its parameters. */
  Map<String, @Nullable Object> parameters() {
    return parameters;
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
