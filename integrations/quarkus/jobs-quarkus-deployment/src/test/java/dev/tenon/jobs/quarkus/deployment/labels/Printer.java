package dev.tenon.jobs.quarkus.deployment.labels;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Writes what it prints into a table, by the data source of the application. */
@ApplicationScoped
public class Printer {

  /** The label that is not finished before the application begins to stop. */
  public static final String SLOW = "slow";

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
    write("end " + text);
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
