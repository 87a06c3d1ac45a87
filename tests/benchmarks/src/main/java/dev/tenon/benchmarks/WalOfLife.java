package dev.tenon.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How much PostgreSQL writes to its log for jobs, from their submit until they are deleted. It
 * counts what all backends of the server write, so nothing else may use the server.
 *
 * @param system the system
 * @param connection a connection to its database
 * @param jobs how many jobs live through it
 */
record WalOfLife(JobSystem system, Connection connection, int jobs) {

  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final int POLL_MILLIS = 20;

  /** What a job takes in each of its phases, and in all. */
  Measurement measure() throws Exception {
    try (Statement statement = connection.createStatement()) {
      // A page is written as a whole when it is changed for the first time after a checkpoint
      boolean unused = statement.execute("CHECKPOINT");
    }
    long start = position();
    Measured.submitInBatches(system, jobs);
    while (!system.isSettled()) {
      Thread.sleep(POLL_MILLIS);
    }
    long submitted = position();
    StartCounter counter = new StartCounter(jobs);
    JobSystem.Worker worker = system.startWorker(counter);
    try {
      counter.await(TIMEOUT);
      while (system.unfinished() > 0) {
        Thread.sleep(POLL_MILLIS);
      }
    } finally {
      worker.close();
    }
    long ended = position();
    system.awaitDeletion();
    long deleted = position();
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.WAL_OF_SUBMIT, perJob(start, submitted));
    figures.put(Figure.WAL_OF_RUN, perJob(submitted, ended));
    figures.put(Figure.WAL_OF_DELETION, perJob(ended, deleted));
    figures.put(Figure.WAL, perJob(start, deleted));
    return new Measurement(figures);
  }

  private double perJob(long from, long to) {
    return (to - from) / (double) jobs;
  }

  /** Where the log ends, in bytes. */
  private long position() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT (pg_current_wal_insert_lsn() - pg_lsn '0/0')::bigint")) {
      boolean unused = rows.next();
      return rows.getLong(1);
    }
  }
}
