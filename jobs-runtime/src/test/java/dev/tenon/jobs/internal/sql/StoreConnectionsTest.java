package dev.tenon.jobs.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a server may be silent to a short statement. */
class StoreConnectionsTest {

  private final PostgresDatabase database = PostgresDatabase.shared();
  private final HikariDataSource pool = new HikariDataSource();

  @BeforeEach
  void open() {
    pool.setJdbcUrl(database.url());
    pool.setUsername(database.user());
    pool.setPassword(database.password());
    pool.setMaximumPoolSize(1);
  }

  @AfterEach
  void close() {
    pool.close();
    database.close();
  }

  @Test
  void aStatementFailsWhenTheServerIsSilentForLonger() {
    StoreConnections connections = new StoreConnections(pool, Duration.ofMillis(500));
    assertThatThrownBy(() -> sleep(connections, 5)).hasMessageContaining("I/O error");
    // The pool has thrown the connection away
    StoreConnections patient = new StoreConnections(pool, Duration.ofSeconds(30));
    assertThatCode(() -> sleep(patient, 0)).doesNotThrowAnyException();
  }

  @Test
  void theNextOneWhoGetsTheConnectionHasThePatienceOfThePool() throws SQLException {
    pool.addDataSourceProperty("socketTimeout", "30");
    StoreConnections impatient = new StoreConnections(pool, Duration.ofSeconds(20));
    Connection connection = impatient.acquire();
    assertThat(connection.getNetworkTimeout()).isEqualTo(20_000);
    impatient.release(connection);
    try (Connection next = pool.getConnection()) {
      assertThat(next.getNetworkTimeout()).isEqualTo(30_000);
    }
  }

  @Test
  void aPoolMayHaveLessPatience() throws SQLException {
    pool.addDataSourceProperty("socketTimeout", "7");
    StoreConnections connections = new StoreConnections(pool, Duration.ofSeconds(20));
    Connection connection = connections.acquire();
    assertThat(connection.getNetworkTimeout()).isEqualTo(7_000);
    connections.release(connection);
  }

  private static void sleep(StoreConnections connections, int seconds) throws SQLException {
    Connection connection = connections.acquire();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_sleep(" + seconds + ")");
    } finally {
      connections.release(connection);
    }
  }
}
