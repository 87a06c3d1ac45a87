package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.broker.ConnectionFactories.Node;
import dev.tenon.jobs.options.RabbitMqOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to RabbitMQ that is opened again whenever it is lost. The client's own recovery is
 * off: it brings a connection back, but not always its channels and consumers. Here everything on a
 * connection is built again from scratch, always in the same way. Thread-safe.
 */
public final class BrokerLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(3);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);
  private static final int MAX_DROP_MILLIS = 1_000;
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /**
   * The time that a connection must last to count as a success. If it is lost earlier, the pauses
   * before the next ones grow.
   */
  private static final Duration STABLE_AFTER = Duration.ofSeconds(30);

  private final String name;
  private final Session session;
  private final List<Node> nodes;
  private final BackgroundLoop loop;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);
  private volatile @Nullable Connection connection;
  private volatile String problem = "";
  private volatile long downSinceNanos = System.nanoTime();

  // Only the loop's thread uses these
  private @Nullable Connection built;
  private int turn;
  private long openedNanos;
  private Duration pauseAfterLoss = FIRST_PAUSE;
  private long notBeforeNanos = System.nanoTime();

  /** The channels and consumers on each new connection. Only the link's thread calls it. */
  public interface Session {

    /** Builds channels and consumers on a new connection. */
    void opened(Connection connection) throws IOException;

    /**
     * Repairs what is broken and does pending work, on an open connection.
     *
     * @return the time until the next call, unless {@link #tendSoon()} asks for it earlier
     * @throws IOException if the connection is no longer usable; it is built again
     */
    Duration tend() throws IOException;

    /** Discards what was built, because the connection is gone. */
    void lost();
  }

  /**
   * Creates a link; {@link #start()} opens it.
   *
   * @param options the connection options
   * @param name the name of the connection in RabbitMQ's lists
   * @param session builds channels and consumers on each connection
   */
  public BrokerLink(RabbitMqOptions options, String name, Session session) {
    this.name = name;
    this.session = session;
    this.nodes = ConnectionFactories.of(options);
    this.loop =
        BackgroundLoop.named(name + "-link")
            .description("Connecting " + name + " to RabbitMQ")
            .whatFollowsAFailure(
                "Until it succeeds, jobs wait in the table, and workers claim them from there.")
            .retryPause(FIRST_PAUSE, MAX_PAUSE)
            .repeat(this::connectOrTend);
  }

  /** Starts to connect, and returns immediately. */
  public void start() {
    loop.start();
  }

  /** Returns whether the connection is open and everything on it is built. */
  public boolean isConnected() {
    return connection != null;
  }

  /** Returns the time since the connection was lost; zero if it is open. */
  public Duration downFor() {
    return isConnected() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - downSinceNanos);
  }

  /**
   * Returns the reason that the last try to connect failed, for people to read; empty if it did
   * not.
   */
  public String problem() {
    return problem;
  }

  /** Asks for an immediate {@link Session#tend()}, on the link's thread. */
  void tendSoon() {
    // While there is no connection, a wake-up would only shorten the pause before the next try
    if (isConnected()) {
      loop.wake();
    }
  }

  /** Makes the loss of a channel drop the connection. */
  static void dieTogether(Channel channel) {
    channel.addShutdownListener(
        cause -> {
          if (!cause.isInitiatedByApplication()) {
            drop(channel.getConnection());
          }
        });
  }

  /** Drops a connection, so that everything is built again; does nothing if it is already lost. */
  static void drop(Connection lost) {
    lost.abort(MAX_DROP_MILLIS);
  }

  private Duration connectOrTend() throws BrokerFailure {
    Connection current = built;
    try {
      if (current == null) {
        long wait = notBeforeNanos - System.nanoTime();
        if (wait > 0) {
          return Duration.ofNanos(wait);
        }
        connect();
        if (loop.isClosing()) {
          // close() may have looked for a connection before this one existed
          return forgetLost();
        }
        return session.tend();
      }
      if (current.isOpen()) {
        return session.tend();
      }
    } catch (IOException | ShutdownSignalException e) {
      LOG.debug("{} can no longer use its connection to RabbitMQ.", name, e);
    }
    return forgetLost();
  }

  /** Connects to the next node, and builds everything. */
  private void connect() throws BrokerFailure {
    Node node = nodes.get(turn++ % nodes.size());
    Connection opened = null;
    try {
      opened = node.factory().newConnection(name);
      session.opened(opened);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      if (opened != null) {
        discard(opened);
      }
      BrokerFailure failure = new BrokerFailure(node, e);
      problem = failure.explanation();
      throw failure;
    } catch (RuntimeException | Error e) {
      if (opened != null) {
        discard(opened);
      }
      throw e;
    }
    Connection usable = opened;
    built = usable;
    openedNanos = System.nanoTime();
    problem = "";
    connection = usable;
    usable.addShutdownListener(
        cause -> {
          if (markDown(usable)) {
            loop.wake();
          }
        });
    if (lines.admit("connected") > 0) {
      LOG.info("{} is connected to RabbitMQ at {}.", name, node.address());
    }
  }

  private synchronized boolean markDown(Connection lost) {
    if (connection != lost) {
      return false;
    }
    downSinceNanos = System.nanoTime();
    connection = null;
    return true;
  }

  private void discard(Connection opened) {
    session.lost();
    opened.abort((int) MAX_CLOSE.toMillis());
  }

  private Duration forgetLost() {
    Connection lost = built;
    if (lost == null) {
      return Duration.ZERO;
    }
    built = null;
    boolean unused = markDown(lost);
    discard(lost);
    if (loop.isClosing()) {
      return Duration.ZERO;
    }
    long count = lines.admit("lost");
    if (count > 0) {
      LOG.warn(
          "{} has lost its connection to RabbitMQ{}. It is reconnecting.",
          name,
          count == 1 ? "" : ", " + count + " times since the last such line");
    }
    Duration lived = Duration.ofNanos(System.nanoTime() - openedNanos);
    if (lived.compareTo(STABLE_AFTER) >= 0) {
      pauseAfterLoss = FIRST_PAUSE;
    }
    Duration pause = pauseAfterLoss;
    Duration doubled = pause.multipliedBy(2);
    pauseAfterLoss = doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    notBeforeNanos = System.nanoTime() + pause.toNanos();
    return pause;
  }

  /** Closes the connection for good. */
  @Override
  public void close() {
    loop.closeSoon();
    Connection current = connection;
    if (current != null) {
      // This closes the connection properly, and throws nothing if RabbitMQ does not answer
      current.abort((int) MAX_CLOSE.toMillis());
    }
    loop.interrupt();
    try {
      boolean unused = loop.close(MAX_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
