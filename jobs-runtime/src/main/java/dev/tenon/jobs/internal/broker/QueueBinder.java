package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds the queues of a worker to their routing keys. There may be thousands of these, and RabbitMQ
 * takes a millisecond or more for each new one, so it binds them on its own channel after the
 * worker has begun to consume the queues. For the thread of the connection only.
 */
final class QueueBinder {

  private final QueueDeclarer declarer;
  private final QueueRefusals refusals;

  /** The declarations that are bound: for each subscription, the number of its declaration. */
  private final Map<QueueSubscription, Integer> bound = new HashMap<>();

  QueueBinder(Topology topology, QueueRefusals refusals) {
    this.declarer = new QueueDeclarer(topology);
    this.refusals = refusals;
  }

  /** Returns the key that refusals to bind a queue are recorded with. */
  static String refusal(String queue) {
    return "bindings of " + queue;
  }

  /**
   * Binds the queues that have been declared since the last time.
   *
   * @throws IOException if the connection is lost
   */
  void tend(Connection connection, List<QueueSubscription> subscriptions) throws IOException {
    for (QueueSubscription each : subscriptions) {
      int declaration = each.declarations();
      String key = refusal(each.queue());
      if (declaration > bound.getOrDefault(each, 0) && !refusals.isRefused(key)) {
        try {
          declarer.bind(connection, each.consumed().name(), each.consumed().routingKeys());
          bound.put(each, declaration);
          refusals.remove(key, each.queue());
        } catch (QueueRefusedException e) {
          refusals.add(key, e.explanation(), QueueRefusals.TABLE);
        }
      }
    }
  }
}
