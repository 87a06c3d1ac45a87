package dev.tenon.examples.plm.demo;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The servers that the application runs on.
 *
 * @param dbUrl the JDBC URL of an empty database, without user and password
 * @param dbUser who owns it
 * @param dbPassword the user's password; empty if there is none
 * @param cadUser the role of the worker in Python, which may log in
 * @param cadPassword its password
 * @param amqpUri where RabbitMQ is; empty if there is none
 * @param amqpPrefix what the names of queues and exchanges begin with
 */
public record Servers(
    String dbUrl,
    String dbUser,
    String dbPassword,
    String cadUser,
    String cadPassword,
    String amqpUri,
    String amqpPrefix) {

  /** The variables that application and Java workers read. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PLM_DB_URL", dbUrl);
    environment.put("PLM_DB_USER", dbUser);
    environment.put("PLM_DB_PASSWORD", dbPassword);
    environment.put("PLM_AMQP_URI", amqpUri);
    environment.put("PLM_AMQP_PREFIX", amqpPrefix);
    return environment;
  }

  /** The database URL of the Python worker, with its role. */
  public String cadUrl() {
    URI url = URI.create(dbUrl.substring("jdbc:".length()));
    return "postgresql://%s:%s@%s%s"
        .formatted(cadUser, cadPassword, url.getAuthority(), url.getPath());
  }
}
