package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.List;
import java.util.Map;

/** The types that a worker knows, each up to a version, as a statement asks for them. */
final class KnownTypes {

  private final Field<String[]> names;
  private final Field<Integer[]> versions;
  private final UnnestedRows<Map.Entry<String, Integer>> rows;
  private final Field<String> type;
  private final Field<Integer> version;

  KnownTypes(Map<String, Integer> types) {
    List<Map.Entry<String, Integer>> entries = List.copyOf(types.entrySet());
    // array_position finds no function for varchar[] and text before PostgreSQL 14
    this.names =
        DSL.cast(
            DSL.val(entries.stream().map(Map.Entry::getKey).toArray(String[]::new)),
            SQLDataType.CLOB.array());
    this.versions = DSL.val(entries.stream().map(Map.Entry::getValue).toArray(Integer[]::new));
    this.rows = new UnnestedRows<>("k", entries);
    this.type = rows.column("type", SQLDataType.CLOB, Map.Entry::getKey);
    this.version = rows.column("version", SQLDataType.INTEGER, Map.Entry::getValue);
  }

  /** Whether they include a job's type in the job's version; never null. */
  Condition include(Tables.Jobs j) {
    Field<Integer> known =
        DSL.field("({0})[array_position({1}, {2})]", Integer.class, versions, names, j.type);
    return j.type.eq(DSL.any(names)).and(j.version.le(DSL.coalesce(known, 0)));
  }

  /** One row for each type. */
  Table<Record> table() {
    return rows.table();
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
