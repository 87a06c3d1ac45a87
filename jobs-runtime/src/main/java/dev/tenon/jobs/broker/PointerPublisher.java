package dev.tenon.jobs.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tenon.jobs.JobPointer;
import dev.tenon.jobs.RabbitMqOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes pointers, and knows of each whether the broker has it: persistent messages, publisher
 * confirms, {@code mandatory}. Thread-safe; one batch is published at a time.
 *
 * @see <a href="https://www.rabbitmq.com/docs/confirms">Consumer acknowledgements and publisher
 *     confirms</a>
 */
public final class PointerPublisher implements AutoCloseable {

  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(10);

  private final Topology topology;
  private final BrokerLink link;
  private final Set<String> declaredRoutingKeys = ConcurrentHashMap.newKeySet();
  private final Set<String> refusedRoutingKeys = ConcurrentHashMap.newKeySet();
  private final Set<UUID> returned = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Channel channel;

  /**
   * What became of a batch.
   *
   * @param confirmed the pointers that the broker has in a queue
   * @param unroutable the pointers whose queue was gone; it is declared again with the next batch
   */
  public record Result(List<JobPointer> confirmed, List<JobPointer> unroutable) {}

  /** A publisher; {@link #start()} connects it. */
  public PointerPublisher(RabbitMqOptions options) {
    this.topology = new Topology(options);
    this.link = new BrokerLink(options, "tenon-publisher", new PublisherSession());
  }

  /** Starts to connect, and returns at once. */
  public void start() {
    link.start();
  }

  /** Whether there is a connection at the moment. */
  public boolean isConnected() {
    return link.isConnected();
  }

  /** For how long there has been no connection; zero if there is one. */
  public Duration downFor() {
    return link.downFor();
  }

  /** The routing keys to which nothing can be published. */
  public Set<String> refusedRoutingKeys() {
    return Set.copyOf(refusedRoutingKeys);
  }

  /**
   * Publishes pointers, and waits until the broker has confirmed them.
   *
   * @throws BrokerUnavailableException if it cannot be said of each pointer whether the broker has
   *     it; all of them are to be published again
   */
  public synchronized Result publish(List<JobPointer> pointers) throws BrokerUnavailableException {
    Channel open = channel;
    if (open == null) {
      throw new BrokerUnavailableException("There is no connection to RabbitMQ.");
    }
    returned.clear();
    try {
      for (JobPointer pointer : pointers) {
        if (!topology.isNameable(pointer.routingKey())) {
          refusedRoutingKeys.add(pointer.routingKey());
          continue;
        }
        if (!declaredRoutingKeys.contains(pointer.routingKey())) {
          topology.declareQueue(open, pointer.routingKey());
          declaredRoutingKeys.add(pointer.routingKey());
        }
        open.basicPublish(
            topology.exchange(),
            pointer.routingKey(),
            true,
            PointerMessage.properties(pointer, topology.messagePriority(pointer.priority())),
            PointerMessage.body(pointer));
      }
      if (!open.waitForConfirms(CONFIRM_TIMEOUT.toMillis())) {
        throw new BrokerUnavailableException("RabbitMQ has refused a message.");
      }
    } catch (TimeoutException e) {
      // What is confirmed later would be counted for the next batch
      link.reconnect();
      throw new BrokerUnavailableException(
          "RabbitMQ did not confirm within " + CONFIRM_TIMEOUT.toSeconds() + " s.", e);
    } catch (IOException | AlreadyClosedException e) {
      link.reconnect();
      throw new BrokerUnavailableException("The connection to RabbitMQ was lost.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      link.reconnect();
      throw new BrokerUnavailableException("Interrupted while waiting for RabbitMQ.", e);
    }
    // A return comes before the confirm of the same message
    List<JobPointer> confirmed = new ArrayList<>(pointers.size());
    List<JobPointer> unroutable = new ArrayList<>();
    for (JobPointer pointer : pointers) {
      if (refusedRoutingKeys.contains(pointer.routingKey())) {
        continue;
      }
      if (returned.contains(pointer.jobId())) {
        declaredRoutingKeys.remove(pointer.routingKey());
        unroutable.add(pointer);
      } else {
        confirmed.add(pointer);
      }
    }
    return new Result(confirmed, unroutable);
  }

  /**
   * How many messages are ready in the queue of a routing key, which is declared if it is not
   * there.
   *
   * @throws BrokerUnavailableException if there is no connection
   */
  public synchronized long queueDepth(String routingKey) throws BrokerUnavailableException {
    Channel open = channel;
    if (open == null) {
      throw new BrokerUnavailableException("There is no connection to RabbitMQ.");
    }
    try {
      return topology.declareQueue(open, routingKey);
    } catch (IOException | AlreadyClosedException e) {
      link.reconnect();
      throw new BrokerUnavailableException("The connection to RabbitMQ was lost.", e);
    }
  }

  /**
   * Tells all workers that a job is to be cancelled. It may get lost; the table says it too.
   *
   * @throws BrokerUnavailableException if there is no connection
   */
  public synchronized void broadcastCancel(UUID jobId) throws BrokerUnavailableException {
    Channel open = channel;
    if (open == null) {
      throw new BrokerUnavailableException("There is no connection to RabbitMQ.");
    }
    try {
      open.basicPublish(
          topology.controlExchange(),
          "",
          new BasicProperties.Builder().type("cancel").build(),
          jobId.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException | AlreadyClosedException e) {
      throw new BrokerUnavailableException("The connection to RabbitMQ was lost.", e);
    }
  }

  @Override
  public void close() {
    link.close();
  }

  private final class PublisherSession implements BrokerLink.Session {

    @Override
    public void opened(Connection connection) throws IOException {
      Channel opened = connection.createChannel();
      BrokerLink.dieTogether(opened);
      opened.addReturnListener(
          message -> returned.add(UUID.fromString(message.getProperties().getMessageId())));
      topology.declareExchanges(opened);
      opened.confirmSelect();
      channel = opened;
    }

    @Override
    public void lost() {
      channel = null;
      declaredRoutingKeys.clear();
    }
  }
}
