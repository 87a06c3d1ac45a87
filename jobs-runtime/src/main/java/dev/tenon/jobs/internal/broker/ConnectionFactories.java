package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.options.RabbitMqOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sets up the client library: bounded waits, without its own recovery and log lines. */
final class ConnectionFactories {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);
  private static final int HEARTBEAT_SECONDS = 5;
  private static final String PLAIN = "amqp:";
  private static final String TLS = "amqps:";

  private ConnectionFactories() {}

  /** The way to connect to one node, with or without TLS. */
  record Node(ConnectionFactory factory, boolean isTls) {

    String host() {
      return factory.getHost();
    }

    String address() {
      return factory.getHost() + ":" + factory.getPort();
    }
  }

  /**
   * Creates one factory for each node, in their order.
   *
   * @throws IllegalArgumentException if the client does not accept a URI
   * @throws IllegalStateException if the client library is too old
   */
  static List<Node> of(RabbitMqOptions options) {
    requireHostnameVerification(() -> new ConnectionFactory().enableHostnameVerification());
    return options.uris().stream()
        .map(uri -> new Node(factory(uri, options.sslContext().orElse(null)), uri.startsWith(TLS)))
        .toList();
  }

  /**
   * Checks that the client library can do what Tenon needs. Dependency management may have pinned
   * an old version, which would accept the certificate of any host.
   *
   * @param call enables the verification of host names
   */
  static void requireHostnameVerification(Runnable call) {
    try {
      call.run();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "The library com.rabbitmq:amqp-client on the class path is version %s, which cannot check that a TLS certificate belongs to the host. Tenon needs 5.4 or newer: remove what pins the old version, such as the dependencyManagement of a BOM."
              .formatted(version()),
          e);
    }
  }

  private static String version() {
    String version = ConnectionFactory.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** Returns host and port of a URI that the options have accepted, as they may be shown. */
  private static String address(String uri) {
    URI accepted = URI.create(uri);
    return accepted.getHost() + (accepted.getPort() < 0 ? "" : ":" + accepted.getPort());
  }

  private static ConnectionFactory factory(String uri, @Nullable SSLContext sslContext) {
    ConnectionFactory factory = new ConnectionFactory();
    boolean isTls = uri.startsWith(TLS);
    try {
      // The client itself would trust every certificate for amqps
      factory.setUri(isTls ? PLAIN + uri.substring(TLS.length()) : uri);
      if (isTls) {
        if (URI.create(uri).getPort() < 0) {
          factory.setPort(ConnectionFactory.DEFAULT_AMQP_OVER_SSL_PORT);
        }
        factory.useSslProtocol(sslContext == null ? SSLContext.getDefault() : sslContext);
        factory.enableHostnameVerification();
      }
    } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
      // The cause quotes the URI, which may hold a password
      throw new IllegalArgumentException(
          "The RabbitMQ URI for " + address(uri) + " is not accepted by the client.");
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis());
    factory.setHandshakeTimeout((int) CONNECT_TIMEOUT.toMillis());
    factory.setChannelRpcTimeout((int) RPC_TIMEOUT.toMillis());
    factory.setExceptionHandler(new ClientExceptions());
    factory.setThreadFactory(
        work -> {
          Thread thread = new Thread(work, "tenon-amqp");
          thread.setDaemon(true);
          return thread;
        });
    return factory;
  }
}
