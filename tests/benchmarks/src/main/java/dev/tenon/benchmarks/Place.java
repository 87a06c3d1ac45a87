package dev.tenon.benchmarks;

import java.net.URI;

/**
 * Where a measured process finds its servers, and how many jobs its worker runs at a time.
 *
 * @param url the JDBC URL of a database that is its own
 * @param user a superuser
 * @param password empty if there is none
 * @param amqpUri a virtual host that is its own
 * @param slots how many jobs at a time; 0 for the system's default
 */
public record Place(String url, String user, String password, String amqpUri, int slots) {

  private static final int DEFAULT_AMQP_PORT = 5672;

  /** The port of RabbitMQ. */
  int amqpPort() {
    int port = URI.create(amqpUri).getPort();
    return port < 0 ? DEFAULT_AMQP_PORT : port;
  }
}
