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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final Map<String, @Nullable Object> parameters = new HashMap<>();
  private final StringBuilder shape = new StringBuilder();

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

  /**
   * A column of such a table.
   *
   * @param name its name
   * @param type its type
   * @param value reads its value for a row
   * @param mayBeValue whether it becomes a single value of the statement if all rows share it,
   *     which is faster
   * @param <T> the type of the values that become rows
   * @param <V> the type of the column's values
   */
  public record Column<T, V>(
      String name,
      DataType<V> type,
      Function<? super T, ? extends @Nullable V> value,
      boolean mayBeValue) {}

  /** Adds a column, and returns the field that reads it in the statement. */
  public <V> Field<V> column(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    return column(new Column<>(name, type, value, false));
  }

  /**
   * Does the same; but if all rows have the same value, the statement contains it once, not as an
   * array.
   */
  public <V> Field<V> columnOrValue(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    return column(new Column<>(name, type, value, true));
  }

  /** Adds a column, and returns the field that reads it in the statement. */
  public <V> Field<V> column(Column<? super T, V> column) {
    DataType<?> stored = stored(column.type());
    if (readsAsValue(column)) {
      return parameter(column.name(), stored).coerce(column.type());
    }
    names.add(DSL.name(column.name()));
    arrays.add(parameter(column.name(), stored.array()));
    return DSL.field(DSL.name(alias, column.name()), column.type());
  }

  /**
   * Reads the values of a column for a statement whose SQL is already written, so that no fields
   * are needed.
   */
  public void read(Column<? super T, ?> column) {
    boolean unused = readsAsValue(column);
  }

  /** Reads the values, and returns whether they are a single value of the statement. */
  private <V> boolean readsAsValue(Column<? super T, V> column) {
    String parameter = alias + "_" + column.name();
    List<@Nullable V> values = new ArrayList<>(rows.size());
    for (T row : rows) {
      values.add(column.value().apply(row));
    }
    DataType<V> type = column.type();
    if (column.mayBeValue() && allAreEqual(values)) {
      shape.append(column.name()).append(' ');
      parameters.put(parameter, stored(type, values.get(0)));
      return true;
    }
    @Nullable Object[] array =
        (@Nullable Object[]) Array.newInstance(stored(type).getType(), values.size());
    for (int i = 0; i < array.length; i++) {
      array[i] = stored(type, values.get(i));
    }
    parameters.put(parameter, array);
    return false;
  }

  private static boolean allAreEqual(List<?> values) {
    Object first = values.get(0);
    for (Object each : values) {
      if (!Objects.equals(each, first)) {
        return false;
      }
    }
    return true;
  }

  private Field<?> parameter(String name, DataType<?> type) {
    String parameter = alias + "_" + name;
    Object value = parameters.get(parameter);
    return (value == null ? DSL.param(parameter, type) : DSL.param(parameter, value)).cast(type);
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

  /**
   * Returns the values of the statement by the names of its parameters, for a {@link HotStatement}.
   */
  public Map<String, @Nullable Object> parameters() {
    return parameters;
  }

  /** Returns which columns are single values of the statement; its SQL depends on that. */
  public String shape() {
    return shape.toString();
  }
}
