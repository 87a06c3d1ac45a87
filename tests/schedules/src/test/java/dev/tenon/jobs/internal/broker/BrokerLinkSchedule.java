package dev.tenon.jobs.internal.broker;

import static dev.tenon.schedules.Threads.check;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.schedules.Threads;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * RabbitMQ drops the first connection of a {@link BrokerLink} at any moment, and then the link is
 * closed, at any moment as well.
 */
final class BrokerLinkSchedule {

  private static final RabbitMqOptions OPTIONS = RabbitMqOptions.of("amqp://stand-in");

  private static final Duration TENDING = Duration.ofMillis(100);

  /** Longer than it takes the link to find a loss itself, and its pause after that. */
  private static final Duration LATE = TENDING.multipliedBy(4);

  /** The schedule that runs; one does at a time. */
  private static BrokerLinkSchedule current = new BrokerLinkSchedule();

  private final List<Opened> connections = new ArrayList<>();
  private int built;

  /** True if the client of RabbitMQ tells the link late that the first connection is lost. */
  private boolean isNewsLate;

  void run() throws InterruptedException {
    current = this;
    BrokerLink link = new BrokerLink(OPTIONS, "link", new Session());
    link.start();
    Threads threads = new Threads();
    // Before or after the connection is lost: Fray decides
    threads.start(() -> isNewsLate = true);
    threads.start(
        () -> {
          while (connections.isEmpty()) {
            Thread.sleep(1);
          }
          connections.get(0).isOpen = false;
          if (isNewsLate) {
            // By now, the link has found that itself, and has another connection
            Thread.sleep(LATE.toMillis());
          }
          connections.get(0).tellListeners();
        });
    threads.join();
    // Long enough for the pauses after a loss
    Thread.sleep(Duration.ofSeconds(1).toMillis());
    check(connections.size() == 2, "a lost connection is replaced once");
    check(link.isConnected(), "a link with an open connection knows that it is connected");
    check(built == 1, "what was built on a lost connection is discarded");
    link.close();
    check(!link.isConnected(), "a closed link is not connected");
    closeWhileConnecting();
  }

  private void closeWhileConnecting() throws InterruptedException {
    BrokerLink link = new BrokerLink(OPTIONS, "link", new Session());
    link.start();
    Threads.pause();
    link.close();
    check(
        connections.stream().noneMatch(each -> each.isOpen),
        "a closed link leaves no connection open");
  }

  /** What is built on a connection. */
  private final class Session implements BrokerLink.Session {

    @Override
    public void opened(Connection connection) {
      built++;
    }

    @Override
    public Duration tend() {
      return TENDING;
    }

    @Override
    public void lost() {
      built--;
    }
  }

  /** Opens connections of the current schedule. */
  static final class Factory extends ConnectionFactory {
    @Override
    public Connection newConnection(String name) {
      Threads.pause();
      Opened opened = new Opened();
      current.connections.add(opened);
      Threads.pause();
      return opened.connection;
    }
  }

  /** Stands in for a connection. */
  private static final class Opened {

    private final List<ShutdownListener> listeners = new ArrayList<>();
    private boolean isOpen = true;
    private final Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "isOpen" -> isOpen;
                      case "addShutdownListener" -> {
                        add((ShutdownListener) arguments[0]);
                        yield null;
                      }
                      case "abort" -> {
                        die();
                        yield null;
                      }
                      default -> throw new UnsupportedOperationException(method.getName());
                    });

    /** Adds a listener. As with the client of RabbitMQ, it is told even if it comes too late. */
    private void add(ShutdownListener listener) {
      listeners.add(listener);
      if (!isOpen) {
        tell(listener);
      }
    }

    void die() {
      if (isOpen) {
        isOpen = false;
        Threads.pause();
        tellListeners();
      }
    }

    void tellListeners() {
      List.copyOf(listeners).forEach(Opened::tell);
    }

    private static void tell(ShutdownListener listener) {
      listener.shutdownCompleted(new ShutdownSignalException(true, false, null, null));
    }
  }
}
