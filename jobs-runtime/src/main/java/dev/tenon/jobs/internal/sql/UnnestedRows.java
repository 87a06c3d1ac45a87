package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.QueryPart;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table of Java values: {@code unnest(?::uuid[], ?::text[]) AS alias (id, name)}. One statement
 * then serves any number of rows, and its SQL does not depend on their number.
 *
 * @param <T> the type of the values that become rows
 */
public final class UnnestedRows<T> {

  private final String alias;
  private final List<? extends T> rows;
  private final List<Name> names = new ArrayList<>();
  private final List<QueryPart> arrays = new ArrayList<>();

  /**
   * Creates rows without columns.
   *
   * @param alias the name of the table in the statement
   * @param rows the values, each of them for one row
   */
  public UnnestedRows(String alias, List<? extends T> rows) {
    this.alias = alias;
    this.rows = rows;
  }

  /** Adds a column, and returns the field that reads it in the statement. */
  public <V> Field<V> column(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    DataType<?> stored = stored(type);
    @Nullable Object[] array =
        (@Nullable Object[]) Array.newInstance(stored.getType(), rows.size());
    for (int i = 0; i < array.length; i++) {
      array[i] = stored(type, value.apply(rows.get(i)));
    }
    names.add(DSL.name(name));
    arrays.add(parameter(name, array, stored.array()));
    return DSL.field(DSL.name(alias, name), type);
  }

  private Field<?> parameter(String name, @Nullable Object[] array, DataType<?> type) {
    return DSL.param(alias + "_" + name, array).cast(type);
  }

  /** Returns the type as the table has it: an enum of Java is a string or a number there. */
  private static DataType<?> stored(DataType<?> type) {
    Class<?> stored = type.getConverter().fromType();
    if (stored == type.getType()) {
      return type;
    }
    return stored == String.class
        ? SQLDataType.CLOB
        : stored == Short.class ? SQLDataType.SMALLINT : type;
  }

  private static <V> @Nullable Object stored(DataType<V> type, @Nullable V value) {
    return stored(type) == type ? value : type.getConverter().to(value);
  }

  /** Returns the name of the table in the statement. */
  public String alias() {
    return alias;
  }

  /** Returns the table, once it has its columns. */
  public Table<Record> table() {
    return DSL.table("unnest({0})", DSL.list(arrays))
        .as(DSL.name(alias), names.toArray(Name[]::new));
  }
}
