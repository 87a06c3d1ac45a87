package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Publishes pointers, and reports for each whether the broker has it, by persistent messages,
 * publisher confirms, and {@code mandatory}. It also notifies workers of jobs to be cancelled.
 * Thread-safe; one batch is published at a time.
 *
 * @see <a href="https://www.rabbitmq.com/docs/confirms">Consumer acknowledgements and publisher
 *     confirms</a>
 */
public final class PointerPublisher implements AutoCloseable {

  private static final String NAME = "tenon-publisher";
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(10);

  /** The interval between checks of refused queues. Waiting messages are sent immediately. */
  private static final Duration TEND_INTERVAL = Duration.ofSeconds(5);

  private final Topology topology;
  private final UUID installation;
  private final PublisherQueues queues;
  private final BrokerLink link;
  private final CancelBroadcast cancels;
  private final DeadLetters deadLetters;
  private final QueueRefusals refusals = new QueueRefusals(NAME);

  private final MessageShares shares = new MessageShares();
  private final Set<UUID> returned = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Channel channel;

  /**
   * The result of a batch. A pointer that is in none of the lists belongs to a queue that RabbitMQ
   * refuses; see {@link #refusedRoutingKeys()}.
   *
   * @param confirmed the pointers that the broker has in a queue, with their messages
   * @param unroutable the pointers whose queue was gone; it is declared again with the next batch
   * @param unpublishable the pointers that no message can carry, and never will
   */
  public record Result(
      List<PublishedPointer> confirmed,
      List<JobPointer> unroutable,
      List<JobPointer> unpublishable) {}

  /**
   * Creates a publisher; {@link #start()} connects it.
   *
   * @param queues the queues that routing keys lead to
   */
  public PointerPublisher(BrokerAccess access, Queues queues) {
    this.topology = new Topology(access.options());
    this.queues = new PublisherQueues(topology, queues, refusals);
    this.installation = access.installation();
    this.deadLetters = new DeadLetters(topology, refusals);
    this.link = new BrokerLink(access.options(), NAME, new PublisherSession());
    this.cancels = new CancelBroadcast(topology, link);
  }

  /** Starts to connect, and returns immediately. */
  public void start() {
    link.start();
  }

  /** Returns whether there is a connection at the moment. */
  public boolean isConnected() {
    return link.isConnected();
  }

  /** Returns the time that there has been no connection; zero if there is one. */
  public Duration downFor() {
    return link.downFor();
  }

  /**
   * Returns the routing keys that cannot be published to at the moment. One that RabbitMQ refuses
   * is left out now and then, so that it is tried again.
   */
  public Set<String> refusedRoutingKeys() {
    return queues.refusedRoutingKeys();
  }

  /**
   * Returns the reason that the last try to connect failed, for people to read; empty if it did
   * not.
   */
  public String connectionProblem() {
    return link.problem();
  }

  /** Returns the problems with queues, for people to read; empty if there are none. */
  public List<String> problems() {
    return refusals.explanations();
  }

  /**
   * Publishes pointers, and waits until the broker has confirmed them.
   *
   * @throws BrokerUnavailableException if it is not known for each pointer whether the broker has
   *     it; all of them have to be published again
   */
  public synchronized Result publish(List<JobPointer> pointers) throws BrokerUnavailableException {
    Channel open = openChannel();
    // Before anything is sent: it may ask the database
    queues.lookUp(pointers.stream().map(JobPointer::routingKey).collect(Collectors.toSet()));
    returned.clear();
    List<MessagePointers> sent = new ArrayList<>();
    List<JobPointer> unpublishable = new ArrayList<>();
    try {
      for (MessagePointers message : MessagePointers.distribute(pointers, shares)) {
        byte[] body = PointerMessage.body(message);
        if (!PointerMessage.isPublishable(body)) {
          unpublishable.addAll(message.pointers());
        } else if (queues.isReady(open.getConnection(), message.routingKey())) {
          open.basicPublish(
              topology.exchange(),
              message.routingKey(),
              true,
              PointerMessage.properties(
                  message, topology.messagePriority(message.priority()), installation),
              body);
          sent.add(message);
        }
      }
      if (!open.waitForConfirms(CONFIRM_TIMEOUT.toMillis())) {
        throw new BrokerUnavailableException("RabbitMQ has refused a message.");
      }
    } catch (TimeoutException e) {
      // Later confirmations would count for the next batch
      BrokerLink.drop(open.getConnection());
      throw new BrokerUnavailableException(
          "RabbitMQ did not confirm within " + CONFIRM_TIMEOUT.toSeconds() + " s.", e);
    } catch (IOException | ShutdownSignalException e) {
      throw lost(open, e);
    } catch (RuntimeException | Error e) {
      // A message that was not sent may count, and the next batch would miss its confirm
      BrokerLink.drop(open.getConnection());
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      BrokerLink.drop(open.getConnection());
      throw new BrokerUnavailableException("Interrupted while waiting for RabbitMQ.", e);
    }
    // A return comes before the confirm of the same message
    List<PublishedPointer> confirmed = new ArrayList<>(pointers.size());
    List<JobPointer> unroutable = new ArrayList<>();
    for (MessagePointers message : sent) {
      UUID messageId = message.messageId();
      if (returned.contains(messageId)) {
        queues.bindAgain(Set.of(message.routingKey()));
        unroutable.addAll(message.pointers());
      } else {
        message
            .pointers()
            .forEach(pointer -> confirmed.add(new PublishedPointer(pointer, messageId)));
      }
    }
    return new Result(confirmed, unroutable, unpublishable);
  }

  /**
   * Returns the depth of a queue, which is declared if it is missing; empty if RabbitMQ refuses it.
   *
   * @throws BrokerUnavailableException if there is no connection
   */
  public synchronized Optional<QueueDepth> queueDepth(PointerQueue queue)
      throws BrokerUnavailableException {
    Channel open = openChannel();
    try {
      return queues.depth(open.getConnection(), queue);
    } catch (IOException | ShutdownSignalException e) {
      throw lost(open, e);
    }
  }

  /** Unbinds queues soon from the routing keys that led to them before and no longer do. */
  public void moved(Map<String, String> earlier) {
    if (!earlier.isEmpty()) {
      queues.moved(earlier);
      link.tendSoon();
    }
  }

  /**
   * Makes the bindings of queues again that seem to have lost messages, and maybe their bindings.
   */
  public void bindAgain(Collection<String> routingKeys) {
    queues.bindAgain(routingKeys);
  }

  /**
   * Removes all messages from a queue.
   *
   * @throws BrokerUnavailableException if there is no connection
   */
  public synchronized void purge(PointerQueue queue) throws BrokerUnavailableException {
    Channel open = openChannel();
    try {
      queues.purge(open.getConnection(), queue);
    } catch (IOException | ShutdownSignalException e) {
      throw lost(open, e);
    }
  }

  /**
   * Notifies all workers that a job is to be cancelled, and returns immediately. The message may
   * get lost; the table has the request, too.
   */
  public void broadcastCancel(UUID jobId) {
    cancels.send(jobId);
  }

  @Override
  public void close() {
    link.close();
  }

  private Channel openChannel() throws BrokerUnavailableException {
    Channel open = channel;
    if (open == null) {
      throw new BrokerUnavailableException("There is no connection to RabbitMQ.");
    }
    return open;
  }

  private static BrokerUnavailableException lost(Channel open, Exception cause) {
    BrokerLink.drop(open.getConnection());
    return new BrokerUnavailableException("The connection to RabbitMQ was lost.", cause);
  }

  private final class PublisherSession implements BrokerLink.Session {

    private final QueueDeclarer again = new QueueDeclarer(topology);

    @Override
    public void opened(Connection connection) throws IOException {
      Channel opened = QueueDeclarer.create(connection);
      BrokerLink.dieTogether(opened);
      opened.addReturnListener(
          message -> returned.add(UUID.fromString(message.getProperties().getMessageId())));
      topology.declareExchanges(opened);
      opened.confirmSelect();
      cancels.opened(connection);
      refusals.askAgain();
      deadLetters.declare(connection);
      channel = opened;
    }

    /**
     * Tries refused queues again, but not on the channels of a batch, because this thread would
     * have to wait for those.
     */
    private void askForRefused(Connection connection) throws IOException {
      deadLetters.declareAgain(connection);
      queues.askForRefused(again, connection);
      queues.unbindMoved(again, connection);
    }

    @Override
    public Duration tend() throws IOException {
      Channel open = channel;
      if (open != null) {
        askForRefused(open.getConnection());
      }
      cancels.sendWaiting();
      return TEND_INTERVAL;
    }

    @Override
    public void lost() {
      channel = null;
      cancels.lost();
      queues.forget();
    }
  }
}
