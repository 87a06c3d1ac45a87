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

  static final String DELIVERY_LIMIT = "x-delivery-limit";

  /** The first major version of RabbitMQ whose quorum queues limit deliveries by default. */
  private static final int FIRST_MAJOR_WITH_A_LIMIT = 4;

  /** A message of this priority or a higher one overtakes in a quorum queue. */
  private static final int OVERTAKES_IN_QUORUM = 5;

  /**
   * When nobody has consumed it for so long, a queue for workers of some types goes, and that of a
   * module if nobody has declared it either: what a module leaves behind that gets another name.
   * What waits is published again when somebody comes back.
   *
   * @see <a href="https://www.rabbitmq.com/docs/ttl#queue-ttl">Queue TTL</a>
   */
  static final Duration UNUSED_AFTER = Duration.ofHours(1);

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

  /**
   * A queue, as RabbitMQ knows it.
   *
   * @param name its name without the prefix
   */
  public String queue(String name) {
    return prefix + name;
  }

  /** Whether RabbitMQ takes the name of the queue, which may have 255 bytes. */
  boolean isNameable(String name) {
    return nameBytes(name) <= MAX_NAME_BYTES;
  }

  private int nameBytes(String name) {
    return queue(name).getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whether RabbitMQ takes the routing key, which may have 255 bytes. */
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
          "The queue of the worker would have a name of %d bytes: the name prefix '%s' and '%s'. RabbitMQ accepts at most %d bytes; choose a shorter namePrefix, or name a routingKey."
              .formatted(
                  nameBytes(queue.name()),
                  LogText.escape(prefix),
                  LogText.escape(queue.name()),
                  MAX_NAME_BYTES));
    }
  }

  /**
   * Checks that the queues of a job type can have their names, which the compiler cannot know,
   * since it does not know the prefix.
   *
   * @param queues the queues of the type, by routing key
   * @throws IllegalArgumentException if a name would be too long; the message says what to change
   */
  public void requireNameable(JobDefinition<?, ?> definition, Map<String, String> queues) {
    queues.forEach(
        (routingKey, name) -> {
          if (!isNameable(name)) {
            throw new IllegalArgumentException(
                "The queue of job type '%s' would have a name of %d bytes: the name prefix '%s' and %s '%s'. RabbitMQ accepts at most %d bytes; choose a shorter %s."
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
      arguments.put("x-queue-type", QueueKind.QUORUM.code());
    }
    channel.queueDeclare(deadLetters(), true, false, false, arguments);
    channel.queueBind(deadLetters(), deadLetters(), "");
  }

  /**
   * Whether quorum queues have to be told that there is no limit of deliveries. From RabbitMQ 4.0
   * on, there is one of 20 otherwise; before, there was none, and -1 made RabbitMQ send a message
   * to the dead letters at its first requeue.
   *
   * @param server what RabbitMQ says of itself
   * @see <a href="https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling">Poison
   *     message handling</a>
   */
  static boolean saysThatDeliveriesAreUnlimited(Map<String, Object> server) {
    String version = String.valueOf(server.get("version"));
    String major = version.replaceFirst("\\..*", "");
    return !major.matches("\\d{1,6}") || Integer.parseInt(major) >= FIRST_MAJOR_WITH_A_LIMIT;
  }

  /**
   * Declares a queue of pointers, and tells what is in it.
   *
   * @param isUnlimited whether a quorum queue is told that there is no limit of deliveries
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
    // Declaring a quorum queue again does not count as use: it would go while its jobs wait
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

  /** Unbinds a queue from a routing key; nothing happens if it is not there, or not bound. */
  void unbindQueue(Channel channel, String name, String routingKey) throws IOException {
    channel.queueUnbind(queue(name), exchange(), routingKey);
  }

  /**
   * Binds a queue to routing keys. Waits for the last one only, by which RabbitMQ has all.
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
