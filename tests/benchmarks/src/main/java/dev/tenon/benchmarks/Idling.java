package dev.tenon.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a worker costs that has nothing to do.
 *
 * @param system the system
 * @param connection a connection to its database
 * @param backend the backend of the connection
 * @param broker the process of RabbitMQ
 * @param jobs how many jobs it has run before
 */
record Idling(JobSystem system, Connection connection, long backend, long broker, int jobs) {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Longer than any system waits after its last job before it is as idle as it gets. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private static final Duration SHORT = Duration.ofSeconds(20);

  /** A JVM that has run for a long time compiles a method only now and then. */
  private static final Duration LONG = Duration.ofMinutes(5);

  private static final double PERCENT = 100;

  // Neither this connection nor its own transactions count
  private static final String ACTIVITY =
      """
      SELECT xact_commit + xact_rollback, numbackends - 1
      FROM pg_stat_database WHERE datname = current_database()
      """;

  private record Activity(long transactions, int connections) {}

  /** What it costs as soon as its work is done, while its JVM still compiles. */
  Measurement soon() throws Exception {
    return measure(SETTLE, SHORT);
  }

  /** What it costs when it has had nothing to do for so long. */
  Measurement after(Duration idle) throws Exception {
    return measure(idle, LONG);
  }

  private Measurement measure(Duration idle, Duration time) throws Exception {
    StartCounter counter = new StartCounter(jobs);
    JobSystem.Worker worker = system.startWorker(counter);
    try {
      system.submitAll(IntStream.range(0, jobs).mapToObj(Work::of).toList());
      counter.await(TIMEOUT);
      Thread.sleep(idle.toMillis());
      Activity before = activity();
      Usage times = Usage.now(backend, broker, system.processes());
      Thread.sleep(time.toMillis());
      Usage used = Usage.now(backend, broker, system.processes()).since(times);
      Activity after = activity();
      double millis = time.toMillis();
      Map<Figure, Double> figures = new EnumMap<>(Figure.class);
      figures.put(
          Figure.TRANSACTIONS,
          (after.transactions() - before.transactions() - 1) / (double) time.toSeconds());
      figures.put(Figure.CONNECTIONS, (double) after.connections());
      figures.put(Figure.JVM_LOAD, used.jvm() / millis * PERCENT);
      figures.put(Figure.POSTGRES_LOAD, used.postgres() / millis * PERCENT);
      figures.put(Figure.RABBITMQ_LOAD, used.rabbitMq() / millis * PERCENT);
      return new Measurement(figures);
    } finally {
      worker.close();
    }
  }

  private Activity activity() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ACTIVITY)) {
      boolean unused = rows.next();
      return new Activity(rows.getLong(1), rows.getInt(2));
    }
  }
}
