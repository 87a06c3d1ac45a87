package dev.tenon.jobs.internal.worker;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** A logger that fails, as on a disk that is full. */
final class FailingLog {

  private final Logger logger;
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        public synchronized void doAppend(ILoggingEvent event) {
          throw new IllegalStateException("the disk is full");
        }

        @Override
        protected void append(ILoggingEvent event) {
          throw new AssertionError("never called");
        }
      };

  FailingLog(Class<?> source) {
    logger = (Logger) LoggerFactory.getLogger(source);
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  void stop() {
    logger.detachAppender(appender);
  }
}
