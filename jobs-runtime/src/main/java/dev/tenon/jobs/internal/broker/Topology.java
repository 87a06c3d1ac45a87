package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The exchanges and queues. Submitters and workers declare the same ones, and may do so any number
 * of times. So a pointer finds its queue even if no worker has ever been started. Immutable and
 * thread-safe.
 *
 * @see <a href="https://www.rabbitmq.com/docs/priority">Priorities of classic queues</a>
 * @see <a href="https://www.rabbitmq.com/docs/quorum-queues">Quorum queues</a>
 */
public final class Topology {

  /** The maximum number of messages in the dead-letter queue. */
  static final int MAX_DEAD_LETTERS = 10_000;

  /**
   * The maximum number of bytes in the dead-letter queue, because messages may be large; the oldest
   * go first.
   */
  static final long MAX_DEAD_LETTER_BYTES = 64L << 20;

  static final String DELIVERY_LIMIT = "x-delivery-limit";

  /** The first major version of RabbitMQ whose quorum queues limit deliveries by default. */
  private static final int FIRST_MAJOR_WITH_A_LIMIT = 4;

  /** The lowest priority of messages that overtake others in a quorum queue. */
  private static final int OVERTAKES_IN_QUORUM = 5;

  /**
   * The time until RabbitMQ deletes an unused queue: one for workers of some types if nobody has
   * consumed it, and that of a module if nobody has declared it either, for example after a module
   * was renamed. Pointers of waiting jobs are published again when somebody comes back.
   *
   * @see <a href="https://www.rabbitmq.com/docs/ttl#queue-ttl">Queue TTL</a>
   */
  static final Duration UNUSED_AFTER = Duration.ofHours(1);

  /** RabbitMQ's limit of the names of queues and exchanges, and of routing keys. */
  static final int MAX_NAME_BYTES = 255;

  private final String prefix;
  private final QueueKind kind;

  /** Creates the topology that the options ask for. */
  public Topology(RabbitMqOptions options) {
    this.prefix = options.namePrefix();
    this.kind = options.queueKind();
  }

  /** Returns the topic exchange that pointers are published to. */
  public String exchange() {
    return prefix + "jobs";
  }

  /** Returns the fanout exchange that notifies every worker of jobs to be cancelled. */
  public String controlExchange() {
    return prefix + "jobs.control";
  }

  /** Returns the exchange and the queue of messages that are not pointers. */
  public String deadLetters() {
    return prefix + "jobs.dead-letter";
  }

  /**
   * Returns the full name of a queue, as RabbitMQ knows it.
   *
   * @param name its name without the prefix
   */
  public String queue(String name) {
    return prefix + name;
  }

  /** Returns whether RabbitMQ accepts the name of the queue, which may have 255 bytes. */
  boolean isNameable(String name) {
    return nameBytes(name) <= MAX_NAME_BYTES;
  }

  private int nameBytes(String name) {
    return queue(name).getBytes(StandardCharsets.UTF_8).length;
  }

  /** Returns whether RabbitMQ accepts the routing key, which may have 255 bytes. */
  static boolean isRoutable(String routingKey) {
    return routingKey.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
  }

  /**
   * Checks that the queue of a worker can have its name.
   *
   * @throws IllegalArgumentException if it would be too long; the message says what to change
   */
  public void requireNameable(ConsumedQueue queue) {
    if (!isNameable(queue.name())) {
      throw new IllegalArgumentException(
          "The queue of the worker would have a name of %d bytes: the name prefix '%s' followed by '%s'. RabbitMQ accepts at most %d bytes; choose a shorter namePrefix, or name a routingKey."
              .formatted(
                  nameBytes(queue.name()),
                  LogText.escape(prefix),
                  LogText.escape(queue.name()),
                  MAX_NAME_BYTES));
    }
  }

  /**
   * Checks that the queues of a job type can have their names, which the compiler cannot do because
   * it does not know the prefix.
   *
   * @param queues the queues of the type, by routing key
   * @throws IllegalArgumentException if a name would be too long; the message says what to change
   */
  public void requireNameable(JobDefinition<?, ?> definition, Map<String, String> queues) {
    queues.forEach(
        (routingKey, name) -> {
          if (!isNameable(name)) {
            throw new IllegalArgumentException(
                "The queue of job type '%s' would have a name of %d bytes: the name prefix '%s' followed by %s '%s'. RabbitMQ accepts at most %d bytes; choose a shorter %s."
                    .formatted(
                        definition.type(),
                        nameBytes(name),
                        LogText.escape(prefix),
                        name.equals(routingKey) ? "the routing key" : "the queue of its module",
                        LogText.escape(name),
                        MAX_NAME_BYTES,
                        name.equals(routingKey)
                            ? "namePrefix or routingKey"
                            : "namePrefix, or name a routingKey"));
          }
        });
  }

  /** Returns the priority of a message. */
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
      arguments.put("x-queue-type", QueueKind.QUORUM.code());
    }
    channel.queueDeclare(deadLetters(), true, false, false, arguments);
    channel.queueBind(deadLetters(), deadLetters(), "");
  }

  /**
   * Returns whether quorum queues need an argument for an unlimited number of deliveries. From
   * RabbitMQ 4.0 on, the default limit is 20. Earlier versions have none, and -1 makes them send a
   * message to the dead letters at its first requeue.
   *
   * @param server the properties that RabbitMQ reports
   * @see <a href="https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling">Poison
   *     message handling</a>
   */
  static boolean saysThatDeliveriesAreUnlimited(Map<String, Object> server) {
    String version = String.valueOf(server.get("version"));
    String major = version.replaceFirst("\\..*", "");
    return !major.matches("\\d{1,6}") || Integer.parseInt(major) >= FIRST_MAJOR_WITH_A_LIMIT;
  }

  /**
   * Declares a queue of pointers, and returns its depth.
   *
   * @param isUnlimited whether a quorum queue gets the argument for an unlimited number of
   *     deliveries
   */
  QueueDepth declareQueue(Channel channel, PointerQueue queue, boolean isUnlimited)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-dead-letter-exchange", deadLetters());
    switch (kind) {
      case CLASSIC -> arguments.put("x-max-priority", JobPriority.CRITICAL.level());
      case QUORUM -> {
        arguments.put("x-queue-type", QueueKind.QUORUM.code());
        if (isUnlimited) {
          // A pointer that is requeued is not a failed delivery, so there is no limit
          arguments.put(DELIVERY_LIMIT, -1);
        }
      }
    }
    // Declaring a quorum queue again does not count as use: it would be deleted while its jobs wait
    boolean expires =
        queue.kind() == PointerQueue.Kind.FOR_SOME
            || (queue.kind() == PointerQueue.Kind.OF_MODULE && kind == QueueKind.CLASSIC);
    if (expires) {
      arguments.put("x-expires", UNUSED_AFTER.toMillis());
    }
    AMQP.Queue.DeclareOk declared =
        channel.queueDeclare(queue(queue.name()), true, false, false, arguments);
    return new QueueDepth(declared.getMessageCount(), declared.getConsumerCount());
  }

  /** Unbinds a queue from a routing key; does nothing if it does not exist, or is not bound. */
  void unbindQueue(Channel channel, String name, String routingKey) throws IOException {
    channel.queueUnbind(queue(name), exchange(), routingKey);
  }

  /**
   * Binds a queue to routing keys. Waits only for the last one; by then RabbitMQ has all of them.
   *
   * @param name its name without the prefix
   */
  void bindQueue(Channel channel, String name, List<String> routingKeys) throws IOException {
    int last = routingKeys.size() - 1;
    for (String routingKey : routingKeys.subList(0, last)) {
      channel.queueBindNoWait(queue(name), exchange(), routingKey, null);
    }
    channel.queueBind(queue(name), exchange(), routingKeys.get(last));
  }
}
