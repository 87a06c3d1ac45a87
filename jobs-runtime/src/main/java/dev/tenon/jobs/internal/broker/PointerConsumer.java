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
 * first and unacknowledged, until the worker takes them or they are requeued. What takes, settles
 * and expects pointers, pauses and resumes is for the worker's claiming thread only, and never
 * waits for RabbitMQ: the link's thread does what takes an answer. Everything else is thread-safe.
 */
public final class PointerConsumer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PointerConsumer.class);
  private static final Comparator<Delivery> MOST_URGENT_FIRST =
      Comparator.comparingInt(Delivery::priority)
          .reversed()
          .thenComparingLong(Delivery::receivedNanos);

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /** What breaks is mended at once; this is how often refused queues are looked at. */
  private static final Duration TEND_INTERVAL = Duration.ofSeconds(5);

  private static final Duration TEND_SOON = Duration.ofMillis(200);

  /** After so long in which fewer pointers would have been enough, fewer are sent ahead. */
  private static final Duration FEWER_AFTER = Duration.ofSeconds(2);

  /** One that is worked on, and the next one. */
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

  /** The queues that are left alone for now. */
  private volatile Set<ConsumedQueue> leftAlone = Set.of();

  /**
   * Whether all queues have been consumed on this connection, and since when that is so, or not.
   */
  private volatile State state = new State(false, System.nanoTime());

  private record State(boolean works, long sinceNanos) {

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }
  }

  /** Belongs to the link's thread. */
  private @Nullable Connection connection;

  /**
   * A consumer; {@link #start()} connects it.
   *
   * @param access how RabbitMQ is reached, and whose pointers are taken
   * @param workerId the worker
   * @param queues what is consumed
   * @param prefetch about how many unacknowledged pointers of each queue may be here, unless the
   *     worker {@linkplain #expect takes} more in a short while
   * @param cancelListener is told which jobs somebody says are to be cancelled. Anybody who may
   *     publish can say so: it is a reason to look into the table, and no more. Called by a thread
   *     of the connection; must not block.
   * @param arrivalListener is told when pointers have come, in the same way
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

  /** Starts to connect, and returns at once. */
  public void start() {
    link.start();
  }

  /** Whether there is a connection at the moment. */
  public boolean isConnected() {
    return link.isConnected();
  }

  /**
   * For how long RabbitMQ has not worked; zero if it works. A mere connection proves nothing: a
   * node that has lost the majority of its cluster accepts connections, and delivers nothing. It
   * works once all queues have been consumed, which RabbitMQ confirms only with a majority.
   */
  public Duration downFor() {
    State current = state;
    return current.works() ? Duration.ZERO : current.age();
  }

  /** Whether it consumes nothing, since it was {@linkplain #pause paused}. */
  public boolean isPaused() {
    return paused;
  }

  /** For how long RabbitMQ has worked without a break; zero if it does not work. */
  public Duration upFor() {
    State current = state;
    return current.works() ? current.age() : Duration.ZERO;
  }

  /**
   * Whether pointers to jobs of this worker may not come: RabbitMQ refuses a queue, another
   * installation takes from the same queues, or the worker has a queue for some of a module's job
   * types, which may be younger than the jobs. The worker then finds its jobs in the table.
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
   * What is wrong with queues and with what comes from them, for people to read; empty if all is
   * well.
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>(refusals.explanations());
    foreign.problem().ifPresent(problems::add);
    return problems;
  }

  /** How many messages were not pointers, and went to the dead-letter queue. */
  public long refused() {
    return refused.get();
  }

  /**
   * Takes pointers that have come, the most urgent first.
   *
   * @param max how many, at most, except that of a message that was delivered before all are taken
   */
  public List<Delivery.Pointer> take(int max) {
    List<Delivery.Pointer> taken = new ArrayList<>();
    Delivery next = buffer.poll();
    while (next != null) {
      next.takeInto(taken, max);
      if (next.hasWaiting()) {
        buffer.add(next);
      }
      next = taken.size() < max ? buffer.poll() : null;
    }
    return taken;
  }

  /** Whether there are pointers to take. Thread-safe. */
  public boolean hasPointers() {
    return !buffer.isEmpty();
  }

  /** Pointers have done their work: tells the broker of the messages of which all have. */
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
   * are requeued with it if it waits for too long.
   */
  public void keep(Delivery.Pointer pointer) {
    Delivery delivery = pointer.delivery();
    boolean waits = delivery.hasWaiting();
    delivery.keep(pointer.jobId());
    // What a channel that is closed had delivered goes to somebody else
    if (!waits && delivery.source().isOpen()) {
      buffer.add(delivery);
    }
  }

  /**
   * Gives a pointer back to its queue, for any worker to take. The other pointers of its message go
   * with it; those that have done their work are found stale then.
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

  /** Gives the pointers back that have waited here for longer than that. */
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
   * Says how many pointers the worker takes at once, so that the broker sends enough of them ahead:
   * more from now on, or fewer when that would have been enough for a while. It sends about twice
   * to four times as many; in a power of two, since each change is a new subscription.
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

  /** About how many messages carry so many pointers; a power of two. */
  private int messagesFor(int pointers) {
    return Math.max(MIN_MESSAGES, Integer.highestOneBit((int) (pointers / sizes.average())));
  }

  /** Stops consuming, and requeues what waits here, soon. */
  public void pause() {
    if (!paused || !buffer.isEmpty()) {
      paused = true;
      link.tendSoon();
    }
  }

  /**
   * Stops consuming these queues, and requeues what waits here of them; consumes all others, unless
   * it is paused. Soon.
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
      // The broker gives an unsettled pointer to somebody else, for whom it is then stale
      LOG.debug("What could not be settled: {}.", what, e);
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
      // What a channel that is closed had delivered goes to somebody else
      buffer.removeIf(delivery -> !delivery.source().isOpen());
      // The worker goes on meanwhile
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
      // The broker has taken these back, and gives them to somebody else
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
            "A message of {} bytes in queue {} is not a pointer to a job; it goes to {}. {} such"
                + " messages came since the last line about that queue, and there is one line a"
                + " minute.",
            bytes,
            LogText.escape(queue),
            LogText.escape(topology.deadLetters()),
            count);
      }
    }

    @Override
    public void handleCancel(String consumerTag) {
      LOG.warn(
          "RabbitMQ has ended the consumer of queue {}, since the queue is gone; it is declared"
              + " again.",
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
            "A message of {} bytes from {} asks to cancel something that is not a job id; it is"
                + " dropped. {} such messages came since the last line about them, and there is one"
                + " line a minute.",
            bytes,
            LogText.escape(topology.controlExchange()),
            count);
      }
    }
  }
}
