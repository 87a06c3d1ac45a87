package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.testservers.PostgresDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** An empty database for the application. */
public final class Database implements QuarkusTestResourceLifecycleManager {

  private PostgresDatabase database;

  @Override
  public Map<String, String> start() {
    database = PostgresDatabase.shared();
    return Map.of(
        "quarkus.datasource.jdbc.url", database.url(),
        "quarkus.datasource.username", database.user(),
        "quarkus.datasource.password", database.password());
  }

  @Override
  public void stop() {
    database.close();
  }
}
