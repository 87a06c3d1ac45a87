package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription to one queue, on its own channel, so that one queue that is refused, deleted, or
 * whose channel RabbitMQ closes does not affect the others. For the link's thread only, except
 * methods that say that they are thread-safe.
 */
final class QueueSubscription {

  private static final Logger LOG = LoggerFactory.getLogger(QueueSubscription.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  /**
   * The time that a channel must last to count as a success. If it is lost earlier, the pauses
   * before the next ones grow.
   */
  private static final Duration STABLE_AFTER = Duration.ofSeconds(30);

  private final QueueDeclarer declarer;
  private final QueueRefusals refusals;
  private final ConsumedQueue consumed;
  private final String queue;
  private final ReceiverFactory receivers;
  private final Runnable tendSoon;
  private @Nullable Channel channel;
  private volatile @Nullable UnsettledDeliveries unsettled;
  private @Nullable String consumerTag;
  private int prefetch;
  private long openedNanos = System.nanoTime();
  private long notBeforeNanos = System.nanoTime();
  private Duration pause = FIRST_PAUSE;
  private volatile boolean ended;
  private final AtomicInteger declarations = new AtomicInteger();

  /** Makes the receiver of deliveries on a channel. */
  @FunctionalInterface
  interface ReceiverFactory {
    Consumer create(Channel open, UnsettledDeliveries unsettled, QueueSubscription subscription);
  }

  /**
   * Creates a subscription.
   *
   * @param receivers make the receiver of deliveries
   * @param tendSoon asks for {@link #tend} on the owner's thread
   */
  QueueSubscription(
      Topology topology,
      QueueDeclarer declarer,
      QueueRefusals refusals,
      ConsumedQueue consumed,
      ReceiverFactory receivers,
      Runnable tendSoon) {
    this.declarer = declarer;
    this.refusals = refusals;
    this.consumed = consumed;
    this.queue = topology.queue(consumed.name());
    this.receivers = receivers;
    this.tendSoon = tendSoon;
  }

  String queue() {
    return queue;
  }

  ConsumedQueue consumed() {
    return consumed;
  }

  /** Returns the number of times that the queue has been declared. Thread-safe. */
  int declarations() {
    return declarations.get();
  }

  /** Returns whether RabbitMQ has confirmed that the queue is consumed, which needs a majority. */
  boolean isConsumed() {
    return consumerTag != null;
  }

  /** Returns whether a message has arrived on the channel that is open now. Thread-safe. */
  boolean hasDelivered(Delivery delivery) {
    return delivery.source() == unsettled;
  }

  /** Records that RabbitMQ has ended the consumer; {@link #tend} begins again. Thread-safe. */
  void endedByBroker() {
    ended = true;
    tendSoon.run();
  }

  /**
   * Declares the queue if necessary, and starts or stops consuming it.
   *
   * @param consumes whether it should be consumed
   * @param wantedPrefetch the maximum number of unacknowledged messages of the consumer
   * @throws IOException if the connection is lost
   */
  void tend(Connection connection, boolean consumes, int wantedPrefetch) throws IOException {
    try {
      Channel open = channel;
      if (open != null && (ended || !open.isOpen())) {
        end(open);
        open = null;
      }
      if (open == null) {
        if (System.nanoTime() - notBeforeNanos < 0 || refusals.isRefused(queue)) {
          return;
        }
        QueueDepth unusedDepth = declarer.declare(connection, consumed.queue());
        open = open(connection);
        int unusedCount = declarations.incrementAndGet();
      }
      String tag = consumerTag;
      if (tag != null && (!consumes || prefetch != wantedPrefetch)) {
        // A consumer keeps the prefetch that it started with
        consumerTag = null;
        open.basicCancel(tag);
      }
      UnsettledDeliveries deliveries = unsettled;
      if (consumes && consumerTag == null && deliveries != null) {
        prefetch = wantedPrefetch;
        open.basicQos(prefetch);
        consumerTag = open.basicConsume(queue, receivers.create(open, deliveries, this));
      }
      refusals.remove(queue, queue);
    } catch (QueueRefusedException e) {
      refusals.add(queue, e.explanation(), QueueRefusals.TABLE);
    } catch (IOException | ShutdownSignalException e) {
      if (!connection.isOpen() || !QueueRefusedException.isShutdown(e)) {
        throw e;
      }
      QueueRefusedException refused = QueueRefusedException.of(queue, e);
      // Only the channel is gone, which the next check finds
      if (refused != null) {
        refusals.add(queue, refused.explanation(), QueueRefusals.TABLE);
      }
    }
  }

  /** Returns whether the queue has to be declared again soon. */
  boolean isWaiting() {
    Channel open = channel;
    return (open == null || !open.isOpen()) && !refusals.isRefused(queue);
  }

  private Channel open(Connection connection) throws IOException {
    Channel opened = QueueDeclarer.create(connection);
    opened.addShutdownListener(cause -> tendSoon.run());
    channel = opened;
    unsettled = new UnsettledDeliveries(opened);
    openedNanos = System.nanoTime();
    return opened;
  }

  private void end(Channel lost) {
    LOG.info("The channel of queue {} is closed; it is opened again.", queue);
    forget();
    Duration lived = Duration.ofNanos(System.nanoTime() - openedNanos);
    if (lived.compareTo(STABLE_AFTER) >= 0) {
      pause = FIRST_PAUSE;
    }
    notBeforeNanos = System.nanoTime() + pause.toNanos();
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    try {
      lost.abort();
    } catch (IOException | AlreadyClosedException e) {
      LOG.debug("The channel of queue {} was closed already.", queue, e);
    }
  }

  /** Records that the channel is gone, with the connection or alone. */
  void forget() {
    channel = null;
    unsettled = null;
    consumerTag = null;
    ended = false;
  }
}
