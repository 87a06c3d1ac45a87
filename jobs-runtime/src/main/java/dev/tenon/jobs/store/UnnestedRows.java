package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.QueryPart;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.ArrayList;
import java.util.List;
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
    V first = values.get(0);
    for (V each : values) {
      if (!Objects.equals(each, first)) {
        return column(name, type, values);
      }
    }
    return DSL.val(first, type).cast(type);
  }

  private <V> List<@Nullable V> values(Function<? super T, ? extends @Nullable V> value) {
    List<@Nullable V> values = new ArrayList<>(rows.size());
    for (T row : rows) {
      values.add(value.apply(row));
    }
    return values;
  }

  private <V> Field<V> column(String name, DataType<V> type, List<@Nullable V> values) {
    V[] array = type.array().getType().cast(values.toArray(arrayOf(type, rows.size())));
    names.add(DSL.name(name));
    arrays.add(DSL.val(array, type.array()));
    return DSL.field(DSL.name(alias, name), type);
  }

  @SuppressWarnings("unchecked") // an array type's component type is the type that it was made of
  private static <V> V[] arrayOf(DataType<V> type, int length) {
    return (V[]) java.lang.reflect.Array.newInstance(type.getType(), length);
  }

  /** The table, once it has its columns. */
  Table<Record> table() {
    return DSL.table("unnest({0})", DSL.list(arrays))
        .as(DSL.name(alias), names.toArray(Name[]::new));
  }
}
