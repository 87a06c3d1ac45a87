package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.libraries.flyway.core.api.logging.Log;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of Tenon's own copy of Flyway. Its lines about each migration are for debugging: {@link
 * Migrations} logs the result in one line.
 */
final class FlywayLog implements Log {

  private final Logger log;

  FlywayLog(Class<?> source) {
    log = LoggerFactory.getLogger(source);
  }

  @Override
  public void debug(String message) {
    log.debug("{}", message);
  }

  @Override
  public void info(String message) {
    log.debug("{}", message);
  }

  @Override
  public void notice(String message) {
    log.debug("{}", message);
  }

  @Override
  public void warn(String message) {
    log.warn("{}", message);
  }

  @Override
  public void error(String message) {
    log.error("{}", message);
  }

  @Override
  public void error(String message, Exception cause) {
    log.error("{}", message, cause);
  }
}
