package dev.tenon.examples.plm.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The addresses of PostgreSQL and RabbitMQ: {@code PLM_DB_URL}, {@code PLM_DB_USER}, {@code
 * PLM_DB_PASSWORD}, {@code PLM_AMQP_URI} and {@code PLM_AMQP_PREFIX}, which all Java processes of
 * the application read.
 */
public final class PlmServers {

  private PlmServers() {}

  /** A pool of connections, for the tables of the application and for Tenon. */
  public static HikariDataSource database(Map<String, String> environment) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("plm");
    config.setJdbcUrl(
        environment.getOrDefault("PLM_DB_URL", "jdbc:postgresql://localhost:5432/plm"));
    config.setUsername(environment.getOrDefault("PLM_DB_USER", "plm"));
    config.setPassword(environment.getOrDefault("PLM_DB_PASSWORD", ""));
    return new HikariDataSource(config);
  }

  /** Tenon on this database, and on RabbitMQ where the environment names one. */
  public static JobsRuntimeBuilder runtime(DataSource database, Map<String, String> environment) {
    JobsRuntimeBuilder builder = JobsRuntime.builder().dataSource(database);
    String rabbitMq = environment.getOrDefault("PLM_AMQP_URI", "");
    return rabbitMq.isEmpty()
        ? builder
        : builder.rabbitMq(
            RabbitMqOptions.of(rabbitMq)
                .withNamePrefix(environment.getOrDefault("PLM_AMQP_PREFIX", "")));
  }
}
