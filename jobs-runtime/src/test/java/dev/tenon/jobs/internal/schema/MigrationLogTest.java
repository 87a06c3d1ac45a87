package dev.tenon.jobs.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.testservers.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A first start says in one line what it has done to the schema. */
class MigrationLogTest {

  @Test
  void aFirstStartLogsOneLine() {
    Logger tenon = (Logger) LoggerFactory.getLogger("dev.tenon.jobs");
    Logger flyway = (Logger) LoggerFactory.getLogger("dev.tenon.jobs.libraries.flyway");
    Level quiet = flyway.getLevel();
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    flyway.setLevel(Level.INFO);
    tenon.addAppender(lines);
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(database.url());
      config.setUsername(database.user());
      config.setPassword(database.password());
      config.setMaximumPoolSize(2);
      try (HikariDataSource pool = new HikariDataSource(config)) {
        Migrations.migrate(pool, "first");
        Migrations.migrate(pool, "first");
      }
      assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
          .filteredOn(line -> line.contains("'first'") || line.contains("\"first\""))
          .containsExactly(
              "The schema 'first' was created at version %d.".formatted(Migrations.VERSION));
      assertThat(lines.list)
          .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
          .isEmpty();
    } finally {
      tenon.detachAppender(lines);
      flyway.setLevel(quiet);
    }
  }
}
