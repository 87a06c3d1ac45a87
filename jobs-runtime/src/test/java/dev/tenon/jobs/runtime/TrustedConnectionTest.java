package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Whether a connection is asked shows when its server's end is gone. */
class TrustedConnectionTest {

  private final PostgresDatabase database = PostgresDatabase.shared();
  private final AtomicLong nanos = new AtomicLong();
  private final TrustedConnection.Pool pool = new TrustedConnection.Pool(nanos::get);

  @AfterEach
  void close() {
    database.close();
  }

  private Connection open() throws SQLException {
    pass(Duration.ofMillis(1));
    return pool.trusted(database.connect());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static int processOf(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  private static void use(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT 1")) {
      assertThat(row.next()).isTrue();
    }
  }

  private void end(int process) throws SQLException {
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      // Waits until it is gone
      statement.execute("SELECT pg_terminate_backend(%d, 60000)".formatted(process));
    }
  }

  @Test
  void aConnectionThatWasUsedLatelyIsNotAsked() throws Exception {
    try (Connection connection = open()) {
      use(connection);
      end(processOf(connection));
      pass(Duration.ofSeconds(9));
      assertThat(connection.isValid(5)).isTrue();
      assertThatThrownBy(() -> use(connection)).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void oneThatWasNotIsAsked() throws Exception {
    try (Connection connection = open()) {
      use(connection);
      end(processOf(connection));
      pass(Duration.ofSeconds(10));
      assertThat(connection.isValid(5)).isFalse();
    }
  }

  @Test
  void afterOneIsClosedTheOthersAreAskedUnlessTheyWereUsedSince() throws Exception {
    try (Connection broken = open();
        Connection alive = open()) {
      Connection third = open();
      use(broken);
      use(alive);
      end(processOf(broken));
      pass(Duration.ofMillis(1));
      third.close();
      assertThat(broken.isValid(5)).isFalse();
      assertThat(alive.isValid(5)).isTrue();
      pass(Duration.ofMillis(1));
      use(alive);
      end(processOf(alive));
      assertThat(alive.isValid(5)).isTrue();
    }
  }

  @Test
  void failuresAreThoseOfTheDriver() throws Exception {
    try (Connection connection = open()) {
      assertThatThrownBy(() -> connection.prepareStatement("SELECT 1").executeUpdate())
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> connection.setSavepoint())
          .isInstanceOf(SQLException.class)
          .hasNoCause();
      assertThat(Set.of(connection)).contains(connection);
    }
  }

  @Test
  void aClosedConnectionIsNotValid() throws Exception {
    Connection connection = open();
    use(connection);
    connection.close();
    assertThat(connection.isValid(5)).isFalse();
  }
}
