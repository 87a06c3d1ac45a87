package dev.tenon.jobs.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tenon.jobs.libraries.jooq.tools.JooqLogger;
import dev.tenon.jobs.testservers.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What jOOQ would tell an application that does not know of it stays out of the log. */
class JooqLogTest {

  private static final String NAME = JooqLogTest.class.getName();

  @Test
  void jooqLogsOnlyWhatIsWrong() {
    Logger logger = (Logger) LoggerFactory.getLogger(NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.setLevel(Level.TRACE);
    logger.addAppender(lines);
    try (PostgresDatabase postgres = PostgresDatabase.shared()) {
      new Database(postgres.dataSource(), postgres.dataSource(), postgres.dataSource(), "tenon");
      JooqLogger jooq = JooqLogger.getLogger(JooqLogTest.class);
      jooq.info("The version of the database is supported");
      jooq.warn("The version of the database is not supported");

      assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
          .containsExactly("The version of the database is not supported");
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(null);
    }
  }
}
