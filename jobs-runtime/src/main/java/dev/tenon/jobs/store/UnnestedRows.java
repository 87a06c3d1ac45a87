package dev.tenon.jobs.store;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table of Java values: {@code unnest(?::uuid[], ?::text[]) AS alias (id, name)}. One statement
 * then serves any number of rows, and its text does not depend on how many there are.
 *
 * @param <T> the type of the values that become rows
 */
final class UnnestedRows<T> {

  private final String alias;
  private final List<? extends T> rows;
  private final List<Name> names = new ArrayList<>();
  private final List<QueryPart> arrays = new ArrayList<>();
  private final Map<String, @Nullable Object> parameters = new HashMap<>();
  private final StringBuilder shape = new StringBuilder();

  UnnestedRows(String alias, List<? extends T> rows) {
    this.alias = alias;
    this.rows = rows;
  }

  /** Adds a column, and gives the field by which the statement reads it. */
  <V> Field<V> column(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    return column(name, type, values(value));
  }

  /**
   * Does the same, unless all rows have the same value: then that is one value of the statement,
   * which is faster for everybody.
   */
  <V> Field<V> columnOrValue(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    List<@Nullable V> values = values(value);
    @Nullable V first = values.get(0);
    for (@Nullable V each : values) {
      if (!Objects.equals(each, first)) {
        return column(name, type, values);
      }
    }
    shape.append(name).append(' ');
    return parameter(name, stored(type), stored(type, first)).coerce(type);
  }

  private <V> List<@Nullable V> values(Function<? super T, ? extends @Nullable V> value) {
    List<@Nullable V> values = new ArrayList<>(rows.size());
    for (T row : rows) {
      values.add(value.apply(row));
    }
    return values;
  }

  private <V> Field<V> column(String name, DataType<V> type, List<@Nullable V> values) {
    DataType<?> stored = stored(type);
    @Nullable Object[] array =
        (@Nullable Object[]) Array.newInstance(stored.getType(), values.size());
    for (int i = 0; i < array.length; i++) {
      array[i] = stored(type, values.get(i));
    }
    names.add(DSL.name(name));
    arrays.add(parameter(name, stored.array(), array));
    return DSL.field(DSL.name(alias, name), type);
  }

  private Field<?> parameter(String name, DataType<?> type, @Nullable Object value) {
    String parameter = alias + "_" + name;
    parameters.put(parameter, value);
    return (value == null ? DSL.param(parameter, type) : DSL.param(parameter, value)).cast(type);
  }

  /** The type as the table has it: what Java has as an enum is a text or a number there. */
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

  String alias() {
    return alias;
  }

  /** The table, once it has its columns. */
  Table<Record> table() {
    return DSL.table("unnest({0})", DSL.list(arrays))
        .as(DSL.name(alias), names.toArray(Name[]::new));
  }

  /** The values of the statement by the names of its parameters, for a {@link HotStatement}. */
  Map<String, @Nullable Object> parameters() {
    return parameters;
  }

  /** Says which columns are values of the statement: on that its text depends. */
  String shape() {
    return shape.toString();
  }
}
