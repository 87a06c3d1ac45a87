package dev.tenon.jobs.broker;

import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.RabbitMqOptions;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

/** How the client library is set up: bounded waits, no recovery and no log lines of its own. */
final class ConnectionFactories {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);
  private static final int HEARTBEAT_SECONDS = 5;

  private ConnectionFactories() {}

  /** One for each node, in their order. */
  static List<ConnectionFactory> of(RabbitMqOptions options) {
    return options.uris().stream().map(ConnectionFactories::factory).toList();
  }

  private static ConnectionFactory factory(String uri) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(uri);
    } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
      // The cause quotes the URI, which may hold a password
      throw new IllegalArgumentException(
          "The RabbitMQ URI for "
              + RabbitMqOptions.address(uri)
              + " is not accepted by the client.");
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
