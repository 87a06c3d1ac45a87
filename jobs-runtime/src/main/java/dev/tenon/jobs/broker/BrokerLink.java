package dev.tenon.jobs.broker;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.RabbitMqOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to RabbitMQ that is opened again whenever it is lost. The client's own recovery is
 * off: it brings a connection back, but not always its channels and consumers. Here a lost channel
 * counts as a lost connection, and everything on it is built again from nothing, by one path.
 * Thread-safe.
 */
public final class BrokerLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);
  private static final int HEARTBEAT_SECONDS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final String name;
  private final Session session;
  private final List<ConnectionFactory> factories = new ArrayList<>();
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Connection connection;
  private volatile long downSinceNanos = System.nanoTime();

  /** What is built on each new connection. Called by the link's thread only. */
  public interface Session {

    /** Builds channels and consumers on a new connection. */
    void opened(Connection connection) throws IOException;

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
    options.uris().forEach(uri -> factories.add(factory(uri)));
    this.thread = new Thread(this::run, name + "-link");
    thread.setDaemon(true);
  }

  private static ConnectionFactory factory(String uri) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(uri);
    } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
      // The cause quotes the URI, which may hold a password
      throw new IllegalArgumentException(
          "The RabbitMQ URI for "
              + RabbitMqOptions.address(uri)
              + " is not accepted by the client.");
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis());
    factory.setHandshakeTimeout((int) CONNECT_TIMEOUT.toMillis());
    factory.setChannelRpcTimeout((int) RPC_TIMEOUT.toMillis());
    factory.setThreadFactory(
        work -> {
          Thread thread = new Thread(work, "tenon-amqp");
          thread.setDaemon(true);
          return thread;
        });
    return factory;
  }

  /** Starts to connect, and returns at once. */
  public void start() {
    thread.start();
  }

  /** Whether the connection is open and everything on it is built. */
  public boolean isConnected() {
    return connection != null;
  }

  /** For how long the connection has been lost; zero if it is open. */
  public Duration downFor() {
    return isConnected() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - downSinceNanos);
  }

  /** Makes the loss of a channel the loss of the connection. */
  static void dieTogether(Channel channel) {
    channel.addShutdownListener(
        cause -> {
          if (!cause.isInitiatedByApplication()) {
            channel.getConnection().abort();
          }
        });
  }

  /** Drops the connection, so that everything is built again. */
  void reconnect() {
    Connection current = connection;
    if (current != null) {
      current.abort();
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    boolean outageIsLogged = false;
    for (int turn = 0; closing.getCount() > 0; turn++) {
      ConnectionFactory factory = factories.get(turn % factories.size());
      String address = factory.getHost() + ":" + factory.getPort();
      try {
        useConnection(factory, address);
        pause = FIRST_PAUSE;
        outageIsLogged = false;
        if (closing.getCount() > 0) {
          LOG.warn(
              "{} has lost its connection to RabbitMQ at {}, and connects again.", name, address);
        }
      } catch (InterruptedException e) {
        // close() wants this thread to end
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        if (!outageIsLogged && closing.getCount() > 0) {
          outageIsLogged = true;
          LOG.warn(
              "{} cannot use RabbitMQ at {}: {}. It tries again at least every {} s; until then jobs"
                  + " wait in the table, and workers take them from there.",
              name,
              address,
              describe(e),
              LONGEST_PAUSE.toSeconds());
        }
      }
      try {
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  /** Connects, builds everything, and returns when the connection is lost. */
  private void useConnection(ConnectionFactory factory, String address)
      throws IOException, TimeoutException, InterruptedException {
    Connection opened = factory.newConnection(name);
    try {
      CountDownLatch down = new CountDownLatch(1);
      opened.addShutdownListener(cause -> down.countDown());
      session.opened(opened);
      connection = opened;
      LOG.info("{} is connected to RabbitMQ at {}.", name, address);
      down.await();
    } finally {
      forget();
      opened.abort((int) CONNECT_TIMEOUT.toMillis());
    }
  }

  private void forget() {
    if (connection != null) {
      downSinceNanos = System.nanoTime();
      connection = null;
    }
    session.lost();
  }

  private static String describe(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause.getMessage() == null || cause.getCause() instanceof ShutdownSignalException)) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Closes the connection for good. */
  @Override
  public void close() {
    closing.countDown();
    Connection current = connection;
    if (current != null) {
      try {
        current.close((int) CONNECT_TIMEOUT.toMillis());
      } catch (IOException | AlreadyClosedException e) {
        LOG.debug("{} was already disconnected when it was closed.", name, e);
      }
    }
    thread.interrupt();
    try {
      thread.join(CONNECT_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
