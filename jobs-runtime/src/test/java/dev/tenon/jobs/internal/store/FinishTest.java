package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class FinishTest {

  @Test
  void aWorkerThatIsFrozenAfterwardsKeepsNoLocksForLong() throws SQLException {
    try (StoreFixture store = new StoreFixture();
        Connection connection = store.postgres.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT * FROM tenon.end_attempts('{}', '{}', '{}', '{}', '{}')");
      assertThat(idleTimeout(statement)).isEqualTo("5s");
      connection.commit();
      assertThat(idleTimeout(statement)).isEqualTo("0");
    }
  }

  private static String idleTimeout(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SHOW idle_in_transaction_session_timeout")) {
      row.next();
      return row.getString(1);
    }
  }
}
