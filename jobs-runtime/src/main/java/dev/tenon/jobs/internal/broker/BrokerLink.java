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
 * connection is built again from nothing, by one path. Thread-safe.
 */
public final class BrokerLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(3);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);
  private static final int MAX_DROP_MILLIS = 1_000;
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  /** A connection that is lost earlier was no success: the pauses before the next ones grow. */
  private static final Duration STABLE_AFTER = Duration.ofSeconds(30);

  private final String name;
  private final Session session;
  private final List<Node> nodes;
  private final BackgroundLoop loop;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);
  private volatile @Nullable Connection connection;
  private volatile String problem = "";
  private volatile long downSinceNanos = System.nanoTime();

  // These belong to the loop's thread
  private @Nullable Connection built;
  private int turn;
  private long openedNanos;
  private Duration pauseAfterLoss = FIRST_PAUSE;
  private long notBeforeNanos = System.nanoTime();

  /** What is built on each new connection. Called by the link's thread only. */
  public interface Session {

    /** Builds channels and consumers on a new connection. */
    void opened(Connection connection) throws IOException;

    /**
     * Mends what is broken and does what waits, on an open connection.
     *
     * @return when to do it again, unless {@link #tendSoon()} asks for it earlier
     * @throws IOException if the connection is of no use any more; it is built again
     */
    Duration tend() throws IOException;

    /** Forgets what was built; the connection is gone. */
    void lost();
  }

  /**
   * A link; {@link #start()} opens it.
   *
   * @param options how RabbitMQ is reached
   * @param name what the connection is called in RabbitMQ's own lists
   * @param session what is built on each connection
   */
  public BrokerLink(RabbitMqOptions options, String name, Session session) {
    this.name = name;
    this.session = session;
    this.nodes = ConnectionFactories.of(options);
    this.loop =
        BackgroundLoop.named(name + "-link")
            .description("Connecting " + name + " to RabbitMQ")
            .whatFollowsAFailure(
                "Until it succeeds, jobs wait in the table, and workers take them from there.")
            .retryPause(FIRST_PAUSE, MAX_PAUSE)
            .repeat(this::connectOrTend);
  }

  /** Starts to connect, and returns at once. */
  public void start() {
    loop.start();
  }

  /** Whether the connection is open and everything on it is built. */
  public boolean isConnected() {
    return connection != null;
  }

  /** For how long the connection has been lost; zero if it is open. */
  public Duration downFor() {
    return isConnected() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - downSinceNanos);
  }

  /** Why the last try to connect failed, for people to read; empty if it did not. */
  public String problem() {
    return problem;
  }

  /** Asks for {@link Session#tend()} at once, on the link's thread. */
  void tendSoon() {
    // While there is no connection, a wake-up would only shorten the pause before the next try
    if (isConnected()) {
      loop.wake();
    }
  }

  /** Makes the loss of a channel the loss of the connection. */
  static void dieTogether(Channel channel) {
    channel.addShutdownListener(
        cause -> {
          if (!cause.isInitiatedByApplication()) {
            drop(channel.getConnection());
          }
        });
  }

  /**
   * Drops a connection, so that everything is built again; nothing happens if it is lost by now.
   */
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
          // Whoever closes may have looked for a connection before there was this one
          return forgetLost();
        }
        return session.tend();
      }
      if (current.isOpen()) {
        return session.tend();
      }
    } catch (IOException | ShutdownSignalException e) {
      LOG.debug("{} cannot use its connection to RabbitMQ any more.", name, e);
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
          "{} has lost its connection to RabbitMQ{}, and connects again.",
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
      // It says goodbye, and throws nothing if RabbitMQ does not answer
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
