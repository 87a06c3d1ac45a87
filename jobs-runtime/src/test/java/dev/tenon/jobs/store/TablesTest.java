package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The typed tables say the same as the migrations: each column, its type, and no other. */
class TablesTest {

  private static final Map<String, List<Class<?>>> JAVA_TYPES =
      Map.of(
          "uuid", List.of(java.util.UUID.class),
          "text", List.of(String.class),
          "json", List.of(dev.tenon.jobs.libraries.jooq.JSON.class),
          "jsonb", List.of(dev.tenon.jobs.libraries.jooq.JSONB.class),
          "boolean", List.of(Boolean.class),
          "smallint", List.of(Short.class),
          "integer", List.of(Integer.class),
          "bigint", List.of(Long.class),
          "timestamp with time zone", List.of(java.time.Instant.class),
          "ARRAY", List.of(String[].class));

  @Test
  void tablesAreWhatTheMigrationsCreate() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      Migrations.migrate(database.dataSource(), "other_schema");
      Migrations.migrate(database.dataSource(), "other_schema");
      Tables tables = new Tables("other_schema");
      try (Connection connection = database.connect()) {
        for (Table<?> table : tables.all()) {
          assertThat(columns(table)).as(table.getName()).isEqualTo(columns(connection, table));
        }
      }
    }
  }

  private static Map<String, Class<?>> columns(Table<?> table) {
    Map<String, Class<?>> columns = new TreeMap<>();
    for (Field<?> field : table.fields()) {
      columns.put(field.getName(), field.getDataType().getConverter().fromType());
    }
    return columns;
  }

  private static Map<String, Class<?>> columns(Connection connection, Table<?> table)
      throws Exception {
    Map<String, Class<?>> columns = new TreeMap<>();
    try (var query =
        connection.prepareStatement(
            "SELECT column_name, data_type FROM information_schema.columns"
                + " WHERE table_schema = 'other_schema' AND table_name = ?")) {
      query.setString(1, table.getName());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          List<Class<?>> types = JAVA_TYPES.get(rows.getString(2));
          assertThat(types).as(rows.getString(2)).isNotNull();
          columns.put(rows.getString(1), types.get(0));
        }
      }
    }
    assertThat(columns).isNotEmpty();
    return columns;
  }
}
