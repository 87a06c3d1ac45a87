package dev.tenon.jobs.quarkus.deployment.labels;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Writes what it prints into a table, by the data source of the application. */
@ApplicationScoped
public class Printer {

  /** The label that is not finished before the application begins to stop. */
  public static final String SLOW = "slow";

  /** The label that is not finished before both workers have stopped claiming jobs. */
  public static final String LAST = "last";

  private final DataSource dataSource;
  private final CountDownLatch stopping = new CountDownLatch(1);

  Printer(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  void createTable(@Observes StartupEvent start) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("CREATE TABLE IF NOT EXISTS printed (line text)")) {
      statement.execute();
    }
  }

  void stop(@Observes @Priority(1) ShutdownEvent event) {
    stopping.countDown();
  }

  void print(String text) throws SQLException, InterruptedException {
    write("begin " + text);
    if (text.equals(SLOW) && !stopping.await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("The application does not stop");
    }
    if (text.equals(LAST)) {
      awaitStopOfBoth();
    }
    write("end " + text);
  }

  private void awaitStopOfBoth() throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    while (stoppingWorkers() < 2) {
      if (System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(1)) {
        throw new IllegalStateException("One worker still claims jobs, or none is stopping");
      }
      Thread.sleep(50);
    }
  }

  private int stoppingWorkers() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FROM tenon.workers WHERE quieted_at IS NOT NULL");
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void write(String line) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("INSERT INTO printed VALUES (?)")) {
      statement.setString(1, line);
      statement.executeUpdate();
    }
  }
}
