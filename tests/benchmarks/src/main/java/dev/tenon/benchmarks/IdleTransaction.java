package dev.tenon.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A transaction that has read once and stays open: until it ends, PostgreSQL keeps every version of
 * a row that has been written since.
 */
final class IdleTransaction {

  private static final double PERCENT = 100;

  /** One drain alone may be slow because of a checkpoint. */
  private static final int SAMPLES = 3;

  private IdleTransaction() {}

  /** A drain of a backlog. */
  @FunctionalInterface
  interface Drain {
    Measurement run() throws Exception;
  }

  /**
   * Drains again and again while the transaction is open, and compares the last rates with the
   * first.
   */
  static Measurement drain(Place place, Duration time, Drain drain) throws Exception {
    try (Connection idle = open(place)) {
      long end = System.nanoTime() + time.toNanos();
      List<Double> rates = new ArrayList<>();
      while (rates.size() < 2 * SAMPLES || System.nanoTime() - end < 0) {
        rates.add(drain.run().figures().getOrDefault(Figure.RATE, 0.0));
      }
      idle.rollback();
      double first = mean(rates.subList(0, SAMPLES));
      double last = mean(rates.subList(rates.size() - SAMPLES, rates.size()));
      return new Measurement(Map.of(Figure.RATE, last, Figure.KEPT, last / first * PERCENT));
    }
  }

  private static double mean(List<Double> rates) {
    return rates.stream().mapToDouble(rate -> rate).average().orElseThrow();
  }

  private static Connection open(Place place) throws SQLException {
    Connection connection =
        DriverManager.getConnection(place.url(), place.user(), place.password());
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("SELECT count(*) FROM pg_class");
    }
    return connection;
  }
}
