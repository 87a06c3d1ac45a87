package dev.tenon.jobs.broker;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Map;

/**
 * The exchanges and queues. Submitters and workers declare the same, and may do so any number of
 * times: a pointer finds its queue also when no worker has ever been started. Immutable and
 * thread-safe.
 */
public final class Topology {

  /** How many pointers that nobody could read are kept. */
  static final int MAX_DEAD_LETTERS = 10_000;

  private static final int HIGHEST_PRIORITY = 3;

  private final String prefix;

  /**
   * A topology.
   *
   * @param prefix what all names start with
   */
  public Topology(String prefix) {
    this.prefix = prefix;
  }

  /** The topic exchange to which pointers are published. */
  public String exchange() {
    return prefix + "jobs";
  }

  /** The fanout exchange by which every worker hears which job is to be cancelled. */
  public String controlExchange() {
    return prefix + "jobs.control";
  }

  /** The exchange and the queue of what is no pointer. */
  public String deadLetters() {
    return prefix + "jobs.dead-letter";
  }

  /** The queue of a routing key. */
  public String queue(String routingKey) {
    return prefix + routingKey;
  }

  /** Declares what does not depend on job types. */
  void declareExchanges(Channel channel) throws IOException {
    channel.exchangeDeclare(exchange(), BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(controlExchange(), BuiltinExchangeType.FANOUT, true);
    channel.exchangeDeclare(deadLetters(), BuiltinExchangeType.FANOUT, true);
    channel.queueDeclare(
        deadLetters(), true, false, false, Map.of("x-max-length", MAX_DEAD_LETTERS));
    channel.queueBind(deadLetters(), deadLetters(), "");
  }

  /** Declares the queue of a routing key. */
  void declareQueue(Channel channel, String routingKey) throws IOException {
    channel.queueDeclare(
        queue(routingKey),
        true,
        false,
        false,
        Map.of("x-max-priority", HIGHEST_PRIORITY, "x-dead-letter-exchange", deadLetters()));
    channel.queueBind(queue(routingKey), exchange(), routingKey);
  }
}
