package dev.tenon.jobs.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.schema.Migrations;
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
      Map.ofEntries(
          Map.entry("uuid", List.of(java.util.UUID.class)),
          Map.entry("text", List.of(String.class)),
          Map.entry("json", List.of(dev.tenon.jobs.libraries.jooq.JSON.class)),
          Map.entry("jsonb", List.of(dev.tenon.jobs.libraries.jooq.JSONB.class)),
          Map.entry("boolean", List.of(Boolean.class)),
          Map.entry("smallint", List.of(Short.class)),
          Map.entry("integer", List.of(Integer.class)),
          Map.entry("bigint", List.of(Long.class)),
          Map.entry("timestamp with time zone", List.of(java.time.Instant.class)),
          Map.entry("_text", List.of(String[].class)),
          Map.entry("_uuid", List.of(java.util.UUID[].class)),
          Map.entry("_int4", List.of(Integer[].class)));

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
            "SELECT column_name, CASE data_type WHEN 'ARRAY' THEN udt_name ELSE data_type END"
                + " FROM information_schema.columns"
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

  /** Versions of Tenon run side by side while they are rolled out. */
  @Test
  void aReasonThatANewerVersionHasStoredIsAnother() {
    assertThat(Tables.REASON.convert("timed_out")).isEqualTo(JobError.Reason.TIMED_OUT);
    assertThat(Tables.REASON.convert("a_new_one")).isEqualTo(JobError.Reason.OTHER);
  }
}
