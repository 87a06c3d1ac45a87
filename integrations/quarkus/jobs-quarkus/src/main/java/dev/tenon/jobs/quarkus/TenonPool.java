package dev.tenon.jobs.quarkus;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration;
import io.agroal.api.security.AgroalSecurityProvider;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Tenon's own pool of connections, to the same database and as the same user as a data source of
 * Quarkus. A connection of that data source belongs to the JTA transaction of the thread, and Tenon
 * has to commit on its own. Thread-safe.
 */
@Singleton
final class TenonPool implements AutoCloseable {

  /** The connections for submits outside a transaction, and for reads. */
  private static final int CONNECTIONS = 8;

  private final List<HikariDataSource> opened = new ArrayList<>();

  TenonPool() {}

  /** Opens the pool; it connects when a connection is requested. */
  synchronized HikariDataSource open(AgroalDataSource dataSource) {
    AgroalConnectionFactoryConfiguration factory =
        dataSource
            .getConfiguration()
            .connectionPoolConfiguration()
            .connectionFactoryConfiguration();
    HikariConfig config = new HikariConfig();
    config.setPoolName("tenon");
    config.setJdbcUrl(factory.jdbcUrl());
    // By its class: under Quarkus, the driver manager may not see the driver
    config.setDriverClassName("org.postgresql.Driver");
    Properties login = login(factory);
    config.setUsername(login.getProperty("user"));
    config.setPassword(login.getProperty("password"));
    // Unless the data source has its own name
    config.addDataSourceProperty("ApplicationName", "tenon");
    factory
        .jdbcProperties()
        .forEach((name, value) -> config.addDataSourceProperty((String) name, value));
    if (factory.initialSql() != null && !factory.initialSql().isEmpty()) {
      config.setConnectionInitSql(factory.initialSql());
    }
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    config.setExceptionOverride(new ReadOnlyServers());
    HikariDataSource pool = new HikariDataSource(config);
    opened.add(pool);
    return pool;
  }

  /** User and password, as Agroal asks for them: from the settings or a provider of credentials. */
  private static Properties login(AgroalConnectionFactoryConfiguration factory) {
    Properties login = new Properties();
    for (AgroalSecurityProvider provider : factory.securityProviders()) {
      add(login, provider, factory.principal());
      factory.credentials().forEach(credential -> add(login, provider, credential));
    }
    return login;
  }

  private static void add(
      Properties login, AgroalSecurityProvider provider, @Nullable Object secret) {
    if (secret != null) {
      Properties properties = provider.getSecurityProperties(secret);
      if (properties != null) {
        login.putAll(properties);
      }
    }
  }

  @Override
  public synchronized void close() {
    opened.forEach(HikariDataSource::close);
  }
}
