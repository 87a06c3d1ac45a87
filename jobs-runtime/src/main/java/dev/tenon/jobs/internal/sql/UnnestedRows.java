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
 * then serves any number of rows, and its text does not depend on how many there are.
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
   * Rows without columns so far.
   *
   * @param alias the name of the table in the statement
   * @param rows the values, of which each becomes a row
   */
  public UnnestedRows(String alias, List<? extends T> rows) {
    this.alias = alias;
    this.rows = rows;
  }

  /**
   * A column of such a table.
   *
   * @param name its name
   * @param type what it has
   * @param value what a row has in it
   * @param mayBeValue whether it is one value of the statement if all rows have the same, which is
   *     faster for everybody
   * @param <T> the type of the values that become rows
   * @param <V> what the column has
   */
  public record Column<T, V>(
      String name,
      DataType<V> type,
      Function<? super T, ? extends @Nullable V> value,
      boolean mayBeValue) {}

  /** Adds a column, and gives the field by which the statement reads it. */
  public <V> Field<V> column(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    return column(new Column<>(name, type, value, false));
  }

  /**
   * Does the same; but if all rows have the same value, the statement has it once, not as an array.
   */
  public <V> Field<V> columnOrValue(
      String name, DataType<V> type, Function<? super T, ? extends @Nullable V> value) {
    return column(new Column<>(name, type, value, true));
  }

  /** Adds a column, and gives the field by which the statement reads it. */
  public <V> Field<V> column(Column<? super T, V> column) {
    DataType<?> stored = stored(column.type());
    if (readsAsValue(column)) {
      return parameter(column.name(), stored).coerce(column.type());
    }
    names.add(DSL.name(column.name()));
    arrays.add(parameter(column.name(), stored.array()));
    return DSL.field(DSL.name(alias, column.name()), column.type());
  }

  /** Reads the values of a column for a statement whose text is known: that needs no fields. */
  public void read(Column<? super T, ?> column) {
    boolean unused = readsAsValue(column);
  }

  /** Reads the values, and says whether they are one value of the statement. */
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

  /** The name of the table in the statement. */
  public String alias() {
    return alias;
  }

  /** The table, once it has its columns. */
  public Table<Record> table() {
    return DSL.table("unnest({0})", DSL.list(arrays))
        .as(DSL.name(alias), names.toArray(Name[]::new));
  }

  /** The values of the statement by the names of its parameters, for a {@link HotStatement}. */
  public Map<String, @Nullable Object> parameters() {
    return parameters;
  }

  /** Says which columns are values of the statement: on that its text depends. */
  public String shape() {
    return shape.toString();
  }
}
