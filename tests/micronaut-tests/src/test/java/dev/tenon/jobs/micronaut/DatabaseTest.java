package dev.tenon.jobs.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.micronaut.shop.Orders;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The whole application on a database, as a user tests it. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTest implements TestPropertyProvider {

  private final PostgresDatabase database = database();

  @Inject ApplicationContext context;
  @Inject Orders orders;

  private static PostgresDatabase database() {
    try {
      return TestApplication.database();
    } catch (SQLException e) {
      throw new IllegalStateException("The table of the orders cannot be created.", e);
    }
  }

  @Override
  public Map<String, String> getProperties() {
    return Map.of(
        "datasources.default.url", database.url(),
        "datasources.default.username", database.user(),
        "datasources.default.password", database.password(),
        "tenon.worker.grace-period", "0s");
  }

  @Test
  void confirmsTheOrder() throws Exception {
    String number = orders.place("anna");

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> orders.confirmed().contains(number));
    assertThat(TestApplication.orders(database)).containsExactly(number);
  }

  @AfterAll
  void dropDatabase() {
    context.close();
    database.close();
  }
}
