package dev.tenon.benchmarks;

import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;

/** Where a run took place: processors, versions, and the settings of PostgreSQL that matter. */
record Machine(Map<String, String> facts) {

  private static final String[] POSTGRES_SETTINGS = {
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "autovacuum",
    "shared_buffers",
    "max_wal_size"
  };

  /** Asks the JVM and the PostgreSQL server that all systems use. */
  static Machine describe(Servers servers) throws SQLException, IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("state of Tenon", System.getProperty("bench.state", ""));
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put(
        "Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("PostgreSQL", servers.description());
    try (PostgresDatabase database = servers.createDatabase();
        Connection connection = database.connect()) {
      for (String setting : POSTGRES_SETTINGS) {
        facts.put("PostgreSQL " + setting, Servers.show(connection, setting));
      }
    }
    facts.put("RabbitMQ", rabbitMqVersion());
    Properties versions = new Properties();
    try (InputStream file = Machine.class.getResourceAsStream("/versions.properties")) {
      versions.load(file);
    }
    for (String name : new TreeSet<>(versions.stringPropertyNames())) {
      facts.put(name, versions.getProperty(name));
    }
    facts.putAll(NodePackages.OWN.versions());
    return new Machine(facts);
  }

  private static String rabbitMqVersion() throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    try (RabbitVirtualHost host = RabbitVirtualHost.shared()) {
      factory.setUri(host.uri());
      try (com.rabbitmq.client.Connection connection = factory.newConnection()) {
        return String.valueOf(connection.getServerProperties().get("version"));
      }
    } catch (TimeoutException | URISyntaxException | GeneralSecurityException e) {
      throw new IOException("RabbitMQ does not tell its version", e);
    }
  }

  void print() {
    facts.forEach((name, value) -> System.out.println(name + ": " + value));
  }
}
