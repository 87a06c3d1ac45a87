package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Declares queues on its own channel. When RabbitMQ refuses a queue, it closes the channel: here
 * that costs only a new channel, and does not affect other queues. Not thread-safe.
 */
final class QueueDeclarer {

  private final Topology topology;
  private @Nullable Channel channel;

  /** The queues that were declared in the form for another version of RabbitMQ. */
  private final Set<String> inOtherForm = new HashSet<>();

  QueueDeclarer(Topology topology) {
    this.topology = topology;
  }

  @FunctionalInterface
  private interface Request<T> {
    T send(Channel channel) throws IOException;
  }

  /**
   * Declares a queue of pointers, and returns its depth. An existing quorum queue may have been
   * declared in the form for another version of RabbitMQ: then that form is used.
   *
   * @throws QueueRefusedException if RabbitMQ refuses this queue
   * @throws IOException if the connection is lost
   */
  QueueDepth declare(Connection connection, PointerQueue queue)
      throws IOException, QueueRefusedException {
    boolean isUnlimited =
        Topology.saysThatDeliveriesAreUnlimited(connection.getServerProperties())
            != inOtherForm.contains(queue.name());
    try {
      return declare(connection, queue, isUnlimited);
    } catch (QueueRefusedException e) {
      if (!e.explanation().contains(Topology.DELIVERY_LIMIT)) {
        throw e;
      }
      QueueDepth depth;
      try {
        depth = declare(connection, queue, !isUnlimited);
      } catch (QueueRefusedException alsoRefused) {
        e.addSuppressed(alsoRefused);
        throw e;
      }
      if (!inOtherForm.remove(queue.name())) {
        inOtherForm.add(queue.name());
      }
      return depth;
    }
  }

  private QueueDepth declare(Connection connection, PointerQueue queue, boolean isUnlimited)
      throws IOException, QueueRefusedException {
    return ask(
        connection,
        topology.queue(queue.name()),
        open -> topology.declareQueue(open, queue, isUnlimited));
  }

  /** Binds a queue to routing keys; otherwise like {@link #declare}. */
  void bind(Connection connection, String name, List<String> routingKeys)
      throws IOException, QueueRefusedException {
    boolean unused =
        ask(
            connection,
            topology.queue(name),
            open -> {
              topology.bindQueue(open, name, routingKeys);
              return true;
            });
  }

  /** Unbinds a queue from a routing key; otherwise like {@link #declare}. */
  void unbind(Connection connection, String name, String routingKey)
      throws IOException, QueueRefusedException {
    boolean unused =
        ask(
            connection,
            topology.queue(name),
            open -> {
              topology.unbindQueue(open, name, routingKey);
              return true;
            });
  }

  /** Removes all messages from a queue; otherwise like {@link #declare}. */
  void purge(Connection connection, String name) throws IOException, QueueRefusedException {
    int unused =
        ask(
            connection,
            topology.queue(name),
            open -> open.queuePurge(topology.queue(name)).getMessageCount());
  }

  /** Declares the queue of messages that are not pointers; otherwise like {@link #declare}. */
  void declareDeadLetters(Connection connection) throws IOException, QueueRefusedException {
    boolean unused =
        ask(
            connection,
            topology.deadLetters(),
            open -> {
              topology.declareDeadLetters(open);
              return true;
            });
  }

  private <T> T ask(Connection connection, String queue, Request<T> request)
      throws IOException, QueueRefusedException {
    try {
      return request.send(open(connection));
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

  /** Opens a channel on the connection. */
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
