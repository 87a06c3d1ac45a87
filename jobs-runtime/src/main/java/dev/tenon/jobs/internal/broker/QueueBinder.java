package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds the queues of a worker to their routing keys, of which there may be thousands: after the
 * worker has begun to consume them, and on a channel of its own, since RabbitMQ takes a millisecond
 * or more for each new one. For the thread of the connection only.
 */
final class QueueBinder {

  private final QueueDeclarer declarer;
  private final QueueRefusals refusals;

  /** Which declaration of each subscription's queue is bound. */
  private final Map<QueueSubscription, Integer> bound = new HashMap<>();

  QueueBinder(Topology topology, QueueRefusals refusals) {
    this.declarer = new QueueDeclarer(topology);
    this.refusals = refusals;
  }

  /** The key under which it is noted that RabbitMQ refuses to bind a queue. */
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
