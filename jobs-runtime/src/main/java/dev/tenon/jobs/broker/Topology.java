package dev.tenon.jobs.broker;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import dev.tenon.jobs.RabbitMqOptions;
import dev.tenon.jobs.RabbitMqOptions.QueueKind;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.background.LogText;
import dev.tenon.jobs.definition.JobDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The exchanges and queues. Submitters and workers declare the same, and may do so any number of
 * times: a pointer finds its queue also when no worker has ever been started. Immutable and
 * thread-safe.
 *
 * @see <a href="https://www.rabbitmq.com/docs/priority">Priorities of classic queues</a>
 * @see <a href="https://www.rabbitmq.com/docs/quorum-queues">Quorum queues</a>
 */
public final class Topology {

  /** How many messages that are not pointers are kept. */
  static final int MAX_DEAD_LETTERS = 10_000;

  /** They may be large, so that their bytes are limited too; the oldest go first. */
  static final long MAX_DEAD_LETTER_BYTES = 64L << 20;

  /** A message of this priority or a higher one overtakes in a quorum queue. */
  private static final int OVERTAKES_IN_QUORUM = 5;

  /** RabbitMQ's limit of the names of queues and exchanges, and of routing keys. */
  static final int MAX_NAME_BYTES = 255;

  private final String prefix;
  private final QueueKind kind;

  /** The topology that the options ask for. */
  public Topology(RabbitMqOptions options) {
    this.prefix = options.namePrefix();
    this.kind = options.queueKind();
  }

  /** The topic exchange to which pointers are published. */
  public String exchange() {
    return prefix + "jobs";
  }

  /** The fanout exchange by which every worker hears which job is to be cancelled. */
  public String controlExchange() {
    return prefix + "jobs.control";
  }

  /** The exchange and the queue of messages that are not pointers. */
  public String deadLetters() {
    return prefix + "jobs.dead-letter";
  }

  /** The queue of a routing key. */
  public String queue(String routingKey) {
    return prefix + routingKey;
  }

  /** Whether RabbitMQ takes the name of the routing key's queue, which may have 255 bytes. */
  public boolean isNameable(String routingKey) {
    return nameBytes(routingKey) <= MAX_NAME_BYTES;
  }

  private int nameBytes(String routingKey) {
    return queue(routingKey).getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Checks that the queues of a job type can have their names, which the compiler cannot know,
   * since it does not know the prefix.
   *
   * @throws IllegalArgumentException if a name would be too long; the message says what to change
   */
  public void requireNameable(JobDefinition<?, ?> definition) {
    for (String routingKey : routingKeys(definition)) {
      if (!isNameable(routingKey)) {
        throw new IllegalArgumentException(
            "The queue of job type '%s' would have a name of %d bytes: the name prefix '%s' and the routing key '%s'. RabbitMQ accepts at most %d bytes; choose a shorter namePrefix or routingKey."
                .formatted(
                    definition.type(),
                    nameBytes(routingKey),
                    LogText.escape(prefix),
                    LogText.escape(routingKey),
                    MAX_NAME_BYTES));
      }
    }
  }

  /** The routing keys of a type: its own, and those that its aliases had by default. */
  public static List<String> routingKeys(JobDefinition<?, ?> definition) {
    return Stream.concat(
            Stream.of(definition.routingKey()),
            definition.aliases().stream().map(JobDefinition::defaultRoutingKey))
        .distinct()
        .toList();
  }

  /** The priority of a message. */
  int messagePriority(JobPriority priority) {
    if (kind == QueueKind.CLASSIC) {
      return priority.level();
    }
    return priority.level() >= JobPriority.HIGH.level() ? OVERTAKES_IN_QUORUM : 0;
  }

  /** Declares the exchanges. */
  void declareExchanges(Channel channel) throws IOException {
    channel.exchangeDeclare(exchange(), BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(controlExchange(), BuiltinExchangeType.FANOUT, true);
    channel.exchangeDeclare(deadLetters(), BuiltinExchangeType.FANOUT, true);
  }

  /** Declares the queue of messages that are not pointers. */
  void declareDeadLetters(Channel channel) throws IOException {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-max-length", MAX_DEAD_LETTERS);
    arguments.put("x-max-length-bytes", MAX_DEAD_LETTER_BYTES);
    if (kind == QueueKind.QUORUM) {
      arguments.put("x-queue-type", "quorum");
    }
    channel.queueDeclare(deadLetters(), true, false, false, arguments);
    channel.queueBind(deadLetters(), deadLetters(), "");
  }

  /** Declares the queue of a routing key, and tells how many messages are ready in it. */
  long declareQueue(Channel channel, String routingKey) throws IOException {
    Map<String, Object> arguments =
        switch (kind) {
          case CLASSIC ->
              Map.of(
                  "x-max-priority",
                  JobPriority.CRITICAL.level(),
                  "x-dead-letter-exchange",
                  deadLetters());
          // Handing a pointer back is no failed delivery: there is no limit to it
          case QUORUM ->
              Map.of(
                  "x-queue-type",
                  "quorum",
                  "x-delivery-limit",
                  -1,
                  "x-dead-letter-exchange",
                  deadLetters());
        };
    long ready =
        channel.queueDeclare(queue(routingKey), true, false, false, arguments).getMessageCount();
    channel.queueBind(queue(routingKey), exchange(), routingKey);
    return ready;
  }
}
