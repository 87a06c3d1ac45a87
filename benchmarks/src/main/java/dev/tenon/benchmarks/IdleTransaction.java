package dev.tenon.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/**
 * A transaction that has read once and stays open: until it ends, PostgreSQL keeps every version of
 * a row that has been written since. It is rolled back when it is closed.
 */
final class IdleTransaction implements AutoCloseable {

  private static final double PERCENT = 100;

  private final Connection connection;

  /** Opens it. */
  IdleTransaction(Place place) throws SQLException {
    this.connection = DriverManager.getConnection(place.url(), place.user(), place.password());
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("SELECT count(*) FROM pg_class");
    }
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    connection.close();
  }

  /** A drain of a backlog. */
  @FunctionalInterface
  interface Drain {
    Measurement run() throws Exception;
  }

  /** Drains again and again beside it, and compares the last rate with the first. */
  static Measurement beside(Place place, Duration time, Drain drain) throws Exception {
    try (IdleTransaction unused = new IdleTransaction(place)) {
      long end = System.nanoTime() + time.toNanos();
      double first = drain.run().figures().get(Figure.RATE);
      double last = first;
      while (System.nanoTime() - end < 0) {
        last = drain.run().figures().get(Figure.RATE);
      }
      return new Measurement(Map.of(Figure.RATE, last, Figure.KEPT, last / first * PERCENT));
    }
  }
}
