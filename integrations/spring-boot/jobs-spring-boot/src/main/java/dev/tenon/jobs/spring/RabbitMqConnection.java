package dev.tenon.jobs.spring;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The address of RabbitMQ as Spring Boot knows it: from {@code spring.rabbitmq.*}, or from a
 * service connection. The modules for one version of Boot make the bean. Immutable.
 */
public final class RabbitMqConnection {

  private final List<String> uris;
  private final @Nullable SSLContext sslContext;

  private RabbitMqConnection(List<String> uris, @Nullable SSLContext sslContext) {
    this.uris = List.copyOf(uris);
    this.sslContext = sslContext;
  }

  /**
   * RabbitMQ at these URIs; TLS, if they ask for it, as the JVM does it by default.
   *
   * @param uris one for each node
   */
  public static RabbitMqConnection of(List<String> uris) {
    return new RabbitMqConnection(uris, null);
  }

  /** A copy that speaks TLS with this context. */
  public RabbitMqConnection withSslContext(SSLContext sslContext) {
    return new RabbitMqConnection(uris, Objects.requireNonNull(sslContext, "sslContext"));
  }

  /** The URIs, one for each node. */
  public List<String> uris() {
    return uris;
  }

  /** The TLS settings; empty for the JVM's defaults. */
  public Optional<SSLContext> sslContext() {
    return Optional.ofNullable(sslContext);
  }

  /** Shows the number of nodes; not the URIs, which may contain a password. */
  @Override
  public String toString() {
    return "RabbitMqConnection[" + uris.size() + " uris]";
  }
}
