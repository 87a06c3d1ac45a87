package dev.tenon.jobs.broker;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Declares queues on a channel of its own. RabbitMQ answers a refusal by closing the channel: here
 * that costs nothing but the next channel, and other queues notice nothing. Not thread-safe.
 */
final class QueueDeclarer {

  private final Topology topology;
  private @Nullable Channel channel;

  QueueDeclarer(Topology topology) {
    this.topology = topology;
  }

  @FunctionalInterface
  private interface Declaration {
    long apply(Channel channel) throws IOException;
  }

  /**
   * Declares the queue of a routing key, and tells how many messages are ready in it.
   *
   * @throws QueueRefusedException if RabbitMQ refuses this queue
   * @throws IOException if the connection is lost
   */
  long declare(Connection connection, String routingKey) throws IOException, QueueRefusedException {
    return declare(
        connection, topology.queue(routingKey), open -> topology.declareQueue(open, routingKey));
  }

  /** Declares the queue of messages that are not pointers; otherwise as {@link #declare}. */
  void declareDeadLetters(Connection connection) throws IOException, QueueRefusedException {
    long unused =
        declare(
            connection,
            topology.deadLetters(),
            open -> {
              topology.declareDeadLetters(open);
              return 0;
            });
  }

  private long declare(Connection connection, String queue, Declaration declaration)
      throws IOException, QueueRefusedException {
    try {
      return declaration.apply(open(connection));
    } catch (IOException | ShutdownSignalException e) {
      QueueRefusedException refused = QueueRefusedException.of(queue, e);
      if (refused != null && connection.isOpen()) {
        throw refused;
      }
      throw e;
    }
  }

  private Channel open(Connection connection) throws IOException {
    Channel current = channel;
    if (current == null || !current.isOpen() || current.getConnection() != connection) {
      current = create(connection);
      channel = current;
    }
    return current;
  }

  /** A channel on the connection. */
  static Channel create(Connection connection) throws IOException {
    try {
      return connection
          .openChannel()
          .orElseThrow(() -> new IOException("RabbitMQ allows the connection no more channels."));
    } catch (AlreadyClosedException e) {
      throw new IOException("The connection to RabbitMQ was lost.", e);
    }
  }
}
