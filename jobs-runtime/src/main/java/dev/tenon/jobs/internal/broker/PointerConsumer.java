package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives pointers and requests to cancel jobs, for one worker. Pointers wait here, most urgent
 * first and unacknowledged, until the worker takes them or they are requeued. Methods that take,
 * settle and expect pointers, pause and resume are for the worker's claiming thread only. They
 * never wait for RabbitMQ: the link's thread makes the calls that need an answer. Everything else
 * is thread-safe.
 */
public final class PointerConsumer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PointerConsumer.class);
  private static final Comparator<Delivery> MOST_URGENT_FIRST =
      Comparator.comparingInt(Delivery::priority)
          .reversed()
          .thenComparingLong(Delivery::receivedNanos);

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /**
   * The interval between checks of refused queues. Anything that breaks is repaired immediately.
   */
  private static final Duration TEND_INTERVAL = Duration.ofSeconds(5);

  private static final Duration TEND_SOON = Duration.ofMillis(200);

  /** The time that fewer pointers must have been enough before fewer are sent ahead. */
  private static final Duration FEWER_AFTER = Duration.ofSeconds(2);

  /** The minimum number of messages: one that is being worked on, and the next one. */
  private static final int MIN_MESSAGES = 2;

  private final Topology topology;
  private final UUID installation;
  private final List<ConsumedQueue> queues;
  private final Consumer<UUID> cancelListener;
  private final Runnable arrivalListener;
  private final BrokerLink link;
  private final QueueRefusals refusals;
  private final DeadLetters deadLetters;
  private final QueueBinder binder;
  private final List<QueueSubscription> subscriptions = new ArrayList<>();
  private final PriorityBlockingQueue<Delivery> buffer =
      new PriorityBlockingQueue<>(64, MOST_URGENT_FIRST);

  private final AtomicLong refused = new AtomicLong();
  private final ForeignPointers foreign;
  private final LineLimiter refusedLines = new LineLimiter(LOG_INTERVAL);
  private final MessageSizes sizes = new MessageSizes();
  private final int prefetch;
  private volatile int currentPrefetch;
  private long enoughSinceNanos = System.nanoTime();
  private volatile boolean paused;

  /** The queues that are not consumed for now. */
  private volatile Set<ConsumedQueue> leftAlone = Set.of();

  /** The state of this connection, whether all queues are consumed or not, and its beginning. */
  private volatile State state = new State(false, System.nanoTime());

  private record State(boolean works, long sinceNanos) {

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }
  }

  /** The connection; only the link's thread uses it. */
  private @Nullable Connection connection;

  /**
   * Creates a consumer; {@link #start()} connects it.
   *
   * @param access the access to RabbitMQ, and the installation whose pointers are taken
   * @param workerId the worker
   * @param queues the queues to consume
   * @param prefetch the approximate number of unacknowledged pointers of each queue that may be
   *     here, unless the worker {@linkplain #expect takes} more in a short time
   * @param cancelListener is notified of jobs to be cancelled. Anybody who may publish can send
   *     such a message, so it is only a reason to check the table. Called by a thread of the
   *     connection; must not block.
   * @param arrivalListener is notified of new pointers, in the same way
   */
  public PointerConsumer(
      BrokerAccess access,
      String workerId,
      Collection<ConsumedQueue> queues,
      int prefetch,
      Consumer<UUID> cancelListener,
      Runnable arrivalListener) {
    this.topology = new Topology(access.options());
    this.installation = access.installation();
    this.queues = List.copyOf(queues);
    this.prefetch = prefetch;
    this.currentPrefetch = messagesFor(prefetch);
    this.cancelListener = cancelListener;
    this.arrivalListener = arrivalListener;
    this.refusals = new QueueRefusals("Worker " + workerId);
    this.foreign = new ForeignPointers("Worker " + workerId);
    this.deadLetters = new DeadLetters(topology, refusals);
    this.link = new BrokerLink(access.options(), "tenon-" + workerId, new ConsumerSession());
    QueueDeclarer declarer = new QueueDeclarer(topology);
    for (ConsumedQueue queue : this.queues) {
      subscriptions.add(
          new QueueSubscription(
              topology, declarer, refusals, queue, Receiver::new, link::tendSoon));
    }
    this.binder = new QueueBinder(topology, refusals);
  }

  /** Starts to connect, and returns immediately. */
  public void start() {
    link.start();
  }

  /** Returns whether there is a connection at the moment. */
  public boolean isConnected() {
    return link.isConnected();
  }

  /**
   * Returns the time that RabbitMQ has not worked; zero if it works. A connection alone proves
   * nothing: a node that has lost the majority of its cluster accepts connections, and delivers
   * nothing. RabbitMQ works once all queues are consumed, which it confirms only with a majority.
   */
  public Duration downFor() {
    State current = state;
    return current.works() ? Duration.ZERO : current.age();
  }

  /** Returns whether it consumes nothing because it was {@linkplain #pause paused}. */
  public boolean isPaused() {
    return paused;
  }

  /** Returns the time that RabbitMQ has worked without interruption; zero if it does not work. */
  public Duration upFor() {
    State current = state;
    return current.works() ? current.age() : Duration.ZERO;
  }

  /**
   * Returns whether pointers to jobs of this worker may be missing: RabbitMQ refuses a queue,
   * another installation consumes the same queues, or the worker has a queue for some of a module's
   * job types, which may be newer than the jobs. The worker then finds its jobs in the table.
   */
  public boolean missesPointers() {
    return queues.stream().anyMatch(this::missesPointers) || foreign.cameLately();
  }

  private boolean missesPointers(ConsumedQueue consumed) {
    String queue = topology.queue(consumed.name());
    return consumed.getsCopies()
        || refusals.isKnown(queue)
        || refusals.isKnown(QueueBinder.refusal(queue));
  }

  /**
   * Returns the problems with queues and their messages, for people to read; empty if there are
   * none.
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>(refusals.explanations());
    foreign.problem().ifPresent(problems::add);
    return problems;
  }

  /** Returns the number of messages that were not pointers and went to the dead-letter queue. */
  public long refused() {
    return refused.get();
  }

  /**
   * Takes pointers that have arrived, the most urgent first.
   *
   * @param room the room for them, except that all pointers of a message that was delivered before
   *     are taken
   */
  public List<Delivery.Pointer> take(PointerRoom room) {
    List<Delivery.Pointer> taken = new ArrayList<>();
    List<Delivery> left = new ArrayList<>();
    for (Delivery next = buffer.poll(); next != null; next = buffer.poll()) {
      int fits = room.of(next.type());
      if (fits > 0) {
        int before = taken.size();
        next.takeInto(taken, before + fits);
        room.takes(next.type(), Math.min(fits, taken.size() - before));
      }
      if (next.hasWaiting()) {
        left.add(next);
        if (!room.isMixed()) {
          break;
        }
      }
    }
    // Deliveries of a closed channel go to another consumer
    left.stream().filter(delivery -> delivery.source().isOpen()).forEach(buffer::add);
    return taken;
  }

  /** Returns whether there are pointers to take. Thread-safe. */
  public boolean hasPointers() {
    return !buffer.isEmpty();
  }

  /** Marks pointers as done, and acknowledges the messages whose pointers are all done. */
  public void acknowledge(Collection<Delivery.Pointer> pointers) {
    Map<UnsettledDeliveries, List<Long>> bySource = new HashMap<>();
    for (Delivery.Pointer pointer : pointers) {
      Delivery delivery = pointer.delivery();
      if (delivery.isDoneAfter(pointer.jobId())) {
        bySource
            .computeIfAbsent(delivery.source(), unused -> new ArrayList<>())
            .add(delivery.tag());
      }
    }
    bySource.forEach(
        (source, tags) -> settle(tags.size() + " messages", () -> source.acknowledge(tags)));
  }

  /**
   * Keeps a pointer that was taken, to be taken again. The others of its message wait with it, and
   * are requeued with it if it waits too long.
   */
  public void keep(Delivery.Pointer pointer) {
    Delivery delivery = pointer.delivery();
    boolean waits = delivery.hasWaiting();
    delivery.keep(pointer.jobId());
    // Deliveries of a closed channel go to another consumer
    if (!waits && delivery.source().isOpen()) {
      buffer.add(delivery);
    }
  }

  /**
   * Requeues a pointer, for any worker to take. The other pointers of its message go with it; those
   * that are done are then found stale.
   */
  public void requeue(Delivery.Pointer pointer) {
    boolean unused = buffer.remove(pointer.delivery());
    requeue(pointer.delivery());
  }

  private static void requeue(Delivery delivery) {
    settle(
        "a message about jobs of type '" + LogText.escape(delivery.type()) + "'",
        () -> delivery.source().requeue(delivery.tag()));
  }

  /** Requeues the pointers that have waited here for longer than that. */
  public void requeueOlderThan(Duration age) {
    long now = System.nanoTime();
    List<Delivery> old = new ArrayList<>();
    for (Delivery delivery : buffer) {
      if (now - delivery.receivedNanos() > age.toNanos()) {
        old.add(delivery);
      }
    }
    if (!old.isEmpty()) {
      // Only those that are still here: the others may have been cleared with their connection
      Set<Delivery> removed = Collections.newSetFromMap(new IdentityHashMap<>());
      removed.addAll(old);
      buffer.removeIf(removed::contains);
      old.forEach(PointerConsumer::requeue);
    }
  }

  /**
   * Sets how many pointers the worker takes at a time, so that the broker sends enough of them
   * ahead: more from now on, or fewer when that would have been enough for a while. It sends about
   * two to four times as many, in powers of two, because each change needs a new subscription.
   */
  public void expect(int pointers) {
    boolean isUsual = pointers * 2 <= prefetch;
    int wanted =
        messagesFor(
            isUsual ? prefetch : Math.max(prefetch, pointers * 4 / Math.max(1, queues.size())));
    boolean isFarLess = wanted <= currentPrefetch / 4 || (isUsual && wanted < currentPrefetch);
    long now = System.nanoTime();
    if (!isFarLess) {
      enoughSinceNanos = now;
    }
    if (wanted > currentPrefetch || (isFarLess && now - enoughSinceNanos > FEWER_AFTER.toNanos())) {
      currentPrefetch = wanted;
      link.tendSoon();
    }
  }

  /** Returns the approximate number of messages that carry that many pointers; a power of two. */
  private int messagesFor(int pointers) {
    return Math.max(MIN_MESSAGES, Integer.highestOneBit((int) (pointers / sizes.average())));
  }

  /** Stops consuming soon, and requeues the pointers that wait here. */
  public void pause() {
    if (!paused || !buffer.isEmpty()) {
      paused = true;
      link.tendSoon();
    }
  }

  /**
   * Stops consuming these queues soon, and requeues their pointers that wait here; consumes all
   * others, unless it is paused.
   */
  public void leaveAlone(Set<ConsumedQueue> queuesToLeave) {
    leftAlone = Set.copyOf(queuesToLeave);
    link.tendSoon();
  }

  private boolean isConsumed(QueueSubscription subscription) {
    return !paused && !leftAlone.contains(subscription.consumed());
  }

  /** Consumes again after {@link #pause()}. */
  public void resume() {
    if (paused) {
      paused = false;
      link.tendSoon();
    }
  }

  @Override
  public void close() {
    link.close();
  }

  private static void settle(String what, Settlement settlement) {
    try {
      settlement.send();
    } catch (IOException | ShutdownSignalException e) {
      // The broker gives an unsettled pointer to another consumer, which finds it stale
      LOG.debug("Some deliveries could not be settled: {}.", what, e);
    }
  }

  @FunctionalInterface
  private interface Settlement {
    void send() throws IOException;
  }

  private final class ConsumerSession implements BrokerLink.Session {

    @Override
    public void opened(Connection opened) throws IOException {
      Channel control = QueueDeclarer.create(opened);
      BrokerLink.dieTogether(control);
      topology.declareExchanges(control);
      String controlQueue = control.queueDeclare().getQueue();
      control.queueBind(controlQueue, topology.controlExchange(), "");
      control.basicConsume(controlQueue, true, new ControlReceiver(control));

      refusals.askAgain();
      deadLetters.declare(opened);
      connection = opened;
    }

    @Override
    public Duration tend() throws IOException {
      Connection open = connection;
      if (open == null) {
        return TEND_INTERVAL;
      }
      deadLetters.declareAgain(open);
      for (QueueSubscription each : subscriptions) {
        boolean consumes = isConsumed(each);
        each.tend(open, consumes, currentPrefetch);
        if (!consumes) {
          requeueDelivered(each);
        }
      }
      // Deliveries of a closed channel go to another consumer
      buffer.removeIf(delivery -> !delivery.source().isOpen());
      // The worker continues meanwhile
      binder.tend(open, subscriptions);
      if (!state.works() && subscriptions.stream().allMatch(this::isAsItShouldBe)) {
        state = new State(true, System.nanoTime());
      }
      return subscriptions.stream().anyMatch(QueueSubscription::isWaiting)
          ? TEND_SOON
          : TEND_INTERVAL;
    }

    private boolean isAsItShouldBe(QueueSubscription subscription) {
      return subscription.isConsumed()
          || leftAlone.contains(subscription.consumed())
          || refusals.isKnown(subscription.queue());
    }

    private void requeueDelivered(QueueSubscription subscription) {
      List<Delivery> waiting = buffer.stream().filter(subscription::hasDelivered).toList();
      // Only those that are still here: the worker takes some meanwhile
      waiting.stream().filter(buffer::remove).forEach(PointerConsumer::requeue);
    }

    @Override
    public void lost() {
      connection = null;
      if (state.works()) {
        state = new State(false, System.nanoTime());
      }
      subscriptions.forEach(QueueSubscription::forget);
      // The broker has taken these back, and gives them to another consumer
      buffer.clear();
    }
  }

  private final class Receiver extends DefaultConsumer {

    private final UnsettledDeliveries unsettled;
    private final QueueSubscription subscription;
    private final String queue;

    Receiver(Channel channel, UnsettledDeliveries unsettled, QueueSubscription subscription) {
      super(channel);
      this.unsettled = unsettled;
      this.subscription = subscription;
      this.queue = subscription.queue();
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body)
        throws IOException {
      Optional<PointerMessage.Content> content = PointerMessage.parse(body);
      if (content.isEmpty()) {
        refused.incrementAndGet();
        logRefused(body.length);
        getChannel().basicReject(envelope.getDeliveryTag(), false);
        return;
      }
      if (PointerMessage.isForeign(properties, installation)) {
        foreign.came(queue);
        getChannel().basicReject(envelope.getDeliveryTag(), false);
        return;
      }
      Integer priority = properties.getPriority();
      sizes.add(content.get().jobIds().size());
      unsettled.add(envelope.getDeliveryTag());
      buffer.add(
          new Delivery(
              content.get().jobIds(),
              content.get().type(),
              priority == null ? 0 : priority,
              envelope.isRedeliver(),
              unsettled,
              envelope.getDeliveryTag()));
      arrivalListener.run();
    }

    private void logRefused(int bytes) {
      long count = refusedLines.admit(queue);
      if (count > 0) {
        LOG.warn(
            "A message of {} bytes in queue {} is not a pointer to a job; it goes to {}. {} such "
                + "messages have arrived since the last line about that queue; there is at most one line per minute.",
            bytes,
            LogText.escape(queue),
            LogText.escape(topology.deadLetters()),
            count);
      }
    }

    @Override
    public void handleCancel(String consumerTag) {
      LOG.warn(
          "RabbitMQ has ended the consumer of queue {} because the queue is gone; it is declared "
              + "again.",
          LogText.escape(queue));
      subscription.endedByBroker();
    }
  }

  private final class ControlReceiver extends DefaultConsumer {

    ControlReceiver(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      if (!"cancel".equals(properties.getType())) {
        return;
      }
      try {
        cancelListener.accept(UUID.fromString(new String(body, StandardCharsets.UTF_8)));
      } catch (IllegalArgumentException e) {
        refused.incrementAndGet();
        logRefused(body.length);
      }
    }

    private void logRefused(int bytes) {
      long count = refusedLines.admit(topology.controlExchange());
      if (count > 0) {
        LOG.warn(
            "A message of {} bytes from {} asks to cancel something that is not a job id. It is"
                + " dropped. {} such messages have arrived since the last line about them; there is at"
                + " most one line per minute.",
            bytes,
            LogText.escape(topology.controlExchange()),
            count);
      }
    }
  }
}
