package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many pages a statement touches. */
public final class TouchedPages {

  private static final Pattern PAGES =
      Pattern.compile("Buffers: shared (?:hit=(\\d+) ?)?(?:read=(\\d+))?");

  private TouchedPages() {}

  /** Runs a statement, and counts the pages, those of the functions that it calls included. */
  public static long of(Connection connection, String sql) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN (ANALYZE, BUFFERS) " + sql)) {
      while (rows.next()) {
        plan.append(rows.getString(1)).append('\n');
      }
    }
    Matcher matcher = PAGES.matcher(plan);
    assertThat(matcher.find()).as("%s", plan).isTrue();
    return number(matcher.group(1)) + number(matcher.group(2));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
