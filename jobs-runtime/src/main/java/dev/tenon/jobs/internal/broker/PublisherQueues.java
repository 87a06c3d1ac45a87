package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Connection;
import dev.tenon.jobs.internal.background.LogText;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues that a publisher publishes to. It declares them and binds them to the routing keys, on
 * each connection and then once a minute while something is published, and knows which of them
 * RabbitMQ refuses. Methods that declare, bind and empty queues are for one thread at a time;
 * everything else is thread-safe.
 */
final class PublisherQueues {

  private static final Logger LOG = LoggerFactory.getLogger(PublisherQueues.class);

  /**
   * The interval between two bindings. A process of an earlier version may have unbound the queue,
   * because there the routing key leads to another one. While messages reach that one, nothing else
   * shows it.
   */
  private static final Duration BIND_AGAIN_AFTER = Duration.ofMinutes(1);

  private final Topology topology;
  private final Queues queues;
  private final QueueRefusals refusals;
  private final QueueDeclarer declarer;

  /** The queues of the routing keys that something was published to. */
  private final Map<String, PointerQueue> queueByRoutingKey = new ConcurrentHashMap<>();

  /** The routing keys whose queue has been declared, and bound to them, on this connection. */
  private final Map<String, Binding> bound = new ConcurrentHashMap<>();

  /** The queues that routing keys led to before, which have to be unbound from them. */
  private final Map<String, String> moved = new ConcurrentHashMap<>();

  /** The routing keys that RabbitMQ does not accept, or whose queue's name it does not accept. */
  private final Set<String> unpublishable = ConcurrentHashMap.newKeySet();

  private record Binding(PointerQueue queue, long madeNanos) {}

  PublisherQueues(Topology topology, Queues queues, QueueRefusals refusals) {
    this.topology = topology;
    this.queues = queues;
    this.refusals = refusals;
    this.declarer = new QueueDeclarer(topology);
  }

  /** Looks up the queues of routing keys that are not bound. May ask the database. */
  void lookUp(Collection<String> routingKeys) {
    Set<String> unknown = new HashSet<>(routingKeys);
    unknown.removeIf(this::isBound);
    if (!unknown.isEmpty()) {
      queueByRoutingKey.putAll(queues.of(unknown));
    }
  }

  /**
   * Returns whether messages with the routing key, which has been {@linkplain #lookUp looked up},
   * reach its queue. Declares and binds the queue if necessary.
   *
   * @throws IOException if the connection is lost
   */
  boolean isReady(Connection connection, String routingKey) throws IOException {
    return isBound(routingKey) || declareAndBind(connection, routingKey);
  }

  private boolean isBound(String routingKey) {
    Binding binding = bound.get(routingKey);
    return binding != null
        && !queues.hasMoved(routingKey, binding.queue())
        && System.nanoTime() - binding.madeNanos() < BIND_AGAIN_AFTER.toNanos();
  }

  private boolean declareAndBind(Connection connection, String routingKey) throws IOException {
    PointerQueue queue = queueByRoutingKey.get(routingKey);
    if (queue == null || !Topology.isRoutable(routingKey) || !topology.isNameable(queue.name())) {
      unpublishable.add(routingKey);
      return false;
    }
    if (isRefused(queue) || depth(connection, queue).isEmpty()) {
      return false;
    }
    String refusal = QueueBinder.refusal(queue.name());
    try {
      declarer.bind(connection, queue.name(), List.of(routingKey));
      bound.put(routingKey, new Binding(queue, System.nanoTime()));
      refusals.remove(refusal, topology.queue(queue.name()));
      return true;
    } catch (QueueRefusedException e) {
      refusals.add(refusal, e.explanation(), QueueRefusals.TABLE);
      return false;
    }
  }

  private boolean isRefused(PointerQueue queue) {
    return refusals.isRefused(queue.name())
        || refusals.isRefused(QueueBinder.refusal(queue.name()));
  }

  /**
   * Returns the depth of a queue, which is declared if it is missing; empty if RabbitMQ refuses it.
   *
   * @throws IOException if the connection is lost
   */
  Optional<QueueDepth> depth(Connection connection, PointerQueue queue) throws IOException {
    return topology.isNameable(queue.name()) && !refusals.isRefused(queue.name())
        ? declare(declarer, connection, queue)
        : Optional.empty();
  }

  private Optional<QueueDepth> declare(QueueDeclarer by, Connection connection, PointerQueue queue)
      throws IOException {
    try {
      QueueDepth depth = by.declare(connection, queue);
      refusals.remove(queue.name(), topology.queue(queue.name()));
      return Optional.of(depth);
    } catch (QueueRefusedException e) {
      refusals.add(queue.name(), e.explanation(), QueueRefusals.TABLE);
      return Optional.empty();
    }
  }

  /**
   * Removes all messages from a queue.
   *
   * @throws IOException if the connection is lost
   */
  void purge(Connection connection, PointerQueue queue) throws IOException {
    try {
      declarer.purge(connection, queue.name());
    } catch (QueueRefusedException e) {
      refusals.add(queue.name(), e.explanation(), QueueRefusals.TABLE);
    }
  }

  /**
   * Declares the queues again that were refused some time ago.
   *
   * @param again declares them: the caller's thread is not that of the batches
   * @throws IOException if the connection is lost
   */
  void askForRefused(QueueDeclarer again, Connection connection) throws IOException {
    Set<String> due = refusals.due();
    for (PointerQueue queue : Set.copyOf(queueByRoutingKey.values())) {
      if (due.contains(queue.name())) {
        Optional<QueueDepth> unused = declare(again, connection, queue);
      }
    }
  }

  /**
   * Unbinds queues, when there is a connection, from the routing keys that led to them before: they
   * would otherwise continue to get copies.
   */
  void moved(Map<String, String> earlier) {
    moved.putAll(earlier);
  }

  /**
   * Unbinds the queues that routing keys led to before.
   *
   * @param by unbinds them: the caller's thread is not that of the batches
   * @throws IOException if the connection is lost
   */
  void unbindMoved(QueueDeclarer by, Connection connection) throws IOException {
    for (Map.Entry<String, String> each : Map.copyOf(moved).entrySet()) {
      try {
        if (topology.isNameable(each.getValue())) {
          by.unbind(connection, each.getValue(), each.getKey());
        }
      } catch (QueueRefusedException e) {
        LOG.warn(
            "{}. Queue '{}' continues to get copies of messages that are no longer meant for it; "
                + "delete it when nobody consumes it.",
            e.explanation(),
            LogText.escape(each.getValue()));
      }
      moved.remove(each.getKey(), each.getValue());
    }
  }

  /** Makes the queues of these routing keys be bound again, because messages did not arrive. */
  void bindAgain(Collection<String> routingKeys) {
    bound.keySet().removeAll(routingKeys);
  }

  /** Discards what is known of queues, because the connection is lost. */
  void forget() {
    bound.clear();
  }

  /** Returns the routing keys that cannot be published to at the moment. */
  Set<String> refusedRoutingKeys() {
    Set<String> refused = new HashSet<>(unpublishable);
    queueByRoutingKey.forEach(
        (routingKey, queue) -> {
          if (isRefused(queue)) {
            refused.add(routingKey);
          }
        });
    return refused;
  }
}
