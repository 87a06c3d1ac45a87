package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Param;
import dev.tenon.jobs.libraries.jooq.ResultQuery;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.conf.Settings;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement that runs for every few jobs. jOOQ renders its SQL once, and after that only values
 * are passed: rendering takes the JVM longer than all the rest of a claim. Immutable and
 * thread-safe.
 */
public final class HotStatement {

  /** The prefix of the names of parameters; no statement contains it anywhere else. */
  private static final String PREFIX = "§";

  private static final Pattern PARAMETER = Pattern.compile(PREFIX + "(\\w+)");

  /** The types of arrays, by the class of the elements. */
  private static final Map<Class<?>, String> ARRAY_TYPES =
      Map.of(
          UUID.class, "uuid",
          Boolean.class, "bool",
          OffsetDateTime.class, "timestamptz",
          String.class, "text",
          Long.class, "int8",
          Integer.class, "int4",
          Short.class, "int2");

  private final String sql;
  private final List<Parameter> parameters;

  /** One of the question marks, and the value that is passed if the caller passes none. */
  private record Parameter(String name, @Nullable Object constant) {}

  /** Reads the current row. */
  @FunctionalInterface
  public interface RowReader {
    /**
     * Reads one row; the next call reads the next one.
     *
     * @param row the result set at the row; it must not be moved
     */
    void read(ResultSet row) throws SQLException;
  }

  private HotStatement(String sql, List<Parameter> parameters) {
    this.sql = sql;
    this.parameters = parameters;
  }

  /**
   * Creates a statement with the SQL of the query. Values without a name are inlined; parameters
   * with a name keep the value that they have in the query, unless another is passed.
   */
  public static HotStatement of(ResultQuery<?> query) {
    DSLContext writer =
        DSL.using(SQLDialect.POSTGRES, new Settings().withRenderNamedParamPrefix(PREFIX));
    Map<String, Param<?>> constants = writer.extractParams(query);
    List<Parameter> parameters = new ArrayList<>();
    StringBuilder sql = new StringBuilder();
    Matcher matcher = PARAMETER.matcher(writer.renderNamedOrInlinedParams(query));
    while (matcher.find()) {
      String name = matcher.group(1);
      Param<?> constant = constants.get(name);
      parameters.add(new Parameter(name, constant == null ? null : stored(constant)));
      matcher.appendReplacement(sql, "?");
    }
    return new HotStatement(matcher.appendTail(sql).toString(), List.copyOf(parameters));
  }

  /**
   * Returns the call of a database function that returns rows.
   *
   * @param parameters the names of all parameters, in their order; a value must be passed for each
   */
  public static HotStatement call(Tables tables, String function, String... parameters) {
    String name =
        DSL.using(SQLDialect.POSTGRES)
            .render(DSL.name(tables.jobs.getSchema().getQualifiedName(), DSL.name(function)));
    return new HotStatement(
        "SELECT * FROM %s(%s)"
            .formatted(name, String.join(", ", Collections.nCopies(parameters.length, "?"))),
        Arrays.stream(parameters).map(each -> new Parameter(each, null)).toList());
  }

  private static <T> @Nullable Object stored(Param<T> param) {
    return param.getConverter().to(param.getValue());
  }

  /**
   * Runs the statement.
   *
   * @param values by the names of the parameters, in the types that PostgreSQL knows
   * @param reader reads each row
   * @throws StoreException if that fails
   */
  public void run(
      DSLContext dsl, Map<String, ? extends @Nullable Object> values, RowReader reader) {
    StoreExceptions.translating(
        () ->
            dsl.connectionResult(
                connection -> {
                  run(connection, values, reader);
                  return true;
                }));
  }

  /** Converts instants, which the driver does not take. */
  private static @Nullable Object passable(@Nullable Object value) {
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    if (value instanceof Instant[] instants) {
      @Nullable OffsetDateTime[] times = new @Nullable OffsetDateTime[instants.length];
      for (int i = 0; i < times.length; i++) {
        @Nullable Instant instant = instants[i];
        times[i] = instant == null ? null : instant.atOffset(ZoneOffset.UTC);
      }
      return times;
    }
    return value;
  }

  private void run(
      Connection connection, Map<String, ? extends @Nullable Object> values, RowReader reader)
      throws SQLException {
    List<Array> arrays = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        Parameter parameter = parameters.get(i);
        Object passed =
            passable(
                values.containsKey(parameter.name())
                    ? values.get(parameter.name())
                    : parameter.constant());
        if (passed instanceof Object[] elements) {
          Array array =
              connection.createArrayOf(
                  ARRAY_TYPES.get(elements.getClass().getComponentType()), elements);
          arrays.add(array);
          statement.setArray(i + 1, array);
        } else {
          statement.setObject(i + 1, passed);
        }
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    } finally {
      for (Array array : arrays) {
        array.free();
      }
    }
  }
}
