package dev.tenon.jobs.spring;

import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where RabbitMQ is, as Spring Boot knows it: from {@code spring.rabbitmq.*}, or from a service
 * connection. The modules for one version of Boot make the bean.
 *
 * @param uris one for each node
 * @param sslContext how TLS is spoken; null for the JVM's defaults
 */
public record RabbitMqConnection(List<String> uris, @Nullable SSLContext sslContext) {

  /** Makes the list immutable. */
  public RabbitMqConnection {
    uris = List.copyOf(uris);
  }

  /** How many nodes there are; not the URIs, which may hold a password. */
  @Override
  public String toString() {
    return "RabbitMqConnection[" + uris.size() + " uris]";
  }
}
