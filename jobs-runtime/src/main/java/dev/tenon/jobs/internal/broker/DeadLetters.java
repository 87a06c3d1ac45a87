package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Connection;
import java.io.IOException;

/**
 * Declares the queue of messages that are not pointers, and keeps it declared. If RabbitMQ refuses
 * it because it has other arguments, everything else continues. For one thread.
 */
final class DeadLetters {

  private static final String CONSEQUENCE = "messages that are not pointers may be lost";

  private final Topology topology;
  private final QueueDeclarer declarer;
  private final QueueRefusals refusals;

  DeadLetters(Topology topology, QueueRefusals refusals) {
    this.topology = topology;
    this.declarer = new QueueDeclarer(topology);
    this.refusals = refusals;
  }

  /** Declares the queue on a new connection. */
  void declare(Connection connection) throws IOException {
    String queue = topology.deadLetters();
    try {
      declarer.declareDeadLetters(connection);
      refusals.remove(queue, queue);
    } catch (QueueRefusedException e) {
      refusals.add(queue, e.explanation(), CONSEQUENCE);
    }
  }

  /** Declares the queue again if it was refused some time ago. */
  void declareAgain(Connection connection) throws IOException {
    if (refusals.isKnown(topology.deadLetters()) && !refusals.isRefused(topology.deadLetters())) {
      declare(connection);
    }
  }
}
