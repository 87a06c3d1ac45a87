package dev.tenon.examples.quickstart.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.broker.Topology;
import dev.tenon.jobs.options.RabbitMqOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * A RabbitMQ that was found. The demo uses its own names on it, and deletes them afterwards.
 *
 * @param uri how it is reached; it may hold a password
 * @param options the same for the runtime, and what the names start with
 * @param version its version
 */
record Broker(String uri, RabbitMqOptions options, String version) {

  private static final int TIMEOUT_MILLIS = 3_000;

  /**
   * Connects once, to see whether RabbitMQ answers.
   *
   * @throws IOException if it does not; the message says why
   * @throws IllegalArgumentException if the URI is none
   */
  static Broker connect(String uri) throws IOException {
    RabbitMqOptions options =
        RabbitMqOptions.of(uri)
            .withNamePrefix("tenon-demo-" + UUID.randomUUID().toString().substring(0, 6) + ".");
    try (Connection connection = open(uri)) {
      return new Broker(
          uri, options, String.valueOf(connection.getServerProperties().get("version")));
    }
  }

  private static Connection open(String uri) throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(uri);
      factory.setConnectionTimeout(TIMEOUT_MILLIS);
      factory.setHandshakeTimeout(TIMEOUT_MILLIS);
      factory.setAutomaticRecoveryEnabled(false);
      return factory.newConnection("tenon-demo");
    } catch (TimeoutException e) {
      throw new IOException("it does not answer in time", e);
    } catch (URISyntaxException | GeneralSecurityException e) {
      // The cause quotes the URI, which may hold a password
      throw new IOException("the client does not accept its URI");
    }
  }

  /**
   * Deletes the exchanges and queues that the runtime has declared. The runtime must be closed, or
   * it declares them again.
   *
   * @throws IOException if RabbitMQ cannot be reached
   */
  void deleteNames(ModuleDefinition module) throws IOException {
    Topology topology = new Topology(options);
    try (Connection connection = open(uri)) {
      Channel channel = connection.createChannel();
      channel.queueDelete(topology.queue(module.queue()));
      // Types with their own queue; RabbitMQ accepts names that are not there
      for (JobDefinition<?, ?> definition : module.definitions()) {
        channel.queueDelete(topology.queue(definition.routingKey()));
      }
      channel.queueDelete(topology.deadLetters());
      channel.exchangeDelete(topology.exchange());
      channel.exchangeDelete(topology.controlExchange());
      channel.exchangeDelete(topology.deadLetters());
    }
  }

  /** The address, without user and password. */
  @Override
  public String toString() {
    return options.toString();
  }
}
