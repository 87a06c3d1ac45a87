package dev.tenon.jobs.testservers;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A virtual host for one test on a RabbitMQ broker: exchanges, queues and connections that no other
 * test sees.
 *
 * <p>{@link #shared()} creates one on the broker that all tests share, {@link
 * RabbitServer#createVirtualHost()} on a private one. Each call of {@code rabbitmqctl} takes almost
 * a second of processor time; the methods that make one say so. Thread-safe.
 */
public final class RabbitVirtualHost implements AutoCloseable {

  private static final int CONNECT_TIMEOUT_MILLIS = 20_000;
  private static final int NOTHING_WAITS = 0;

  private final RabbitControl control;
  private final String name;
  private final String uri;
  private final Runnable deletion;
  private boolean closed;

  private RabbitVirtualHost(
      RabbitControl control, String serverUri, String name, Runnable deletion) {
    this.control = control;
    this.name = name;
    this.uri = serverUri + "/" + name;
    this.deletion = deletion;
    Cleanup.add(this);
  }

  /**
   * The numbers of messages in a queue.
   *
   * @param ready the messages that wait for a consumer
   * @param unacknowledged the messages that were delivered but not yet acknowledged
   */
  public record Depth(long ready, long unacknowledged) {}

  /**
   * Creates a virtual host on the shared broker. That is the broker that {@code
   * TENON_TEST_AMQP_URI} names; otherwise the one on 127.0.0.1:5672 if {@code rabbitmqctl} may
   * administer it; otherwise one that this JVM starts from the installed programs. {@code
   * TENON_TEST_RABBITMQCTL} is the command that administers it if {@code rabbitmqctl} alone is not
   * enough, e.g. {@code docker exec broker rabbitmqctl}. The virtual host is deleted some time
   * after it is closed, at the latest when this JVM ends.
   *
   * @throws TestServerException if none of them is available; it says what to do
   */
  public static RabbitVirtualHost shared() {
    return of(SharedRabbit.get());
  }

  static RabbitVirtualHost of(SharedRabbit server) {
    SharedVirtualHosts hosts = server.hosts();
    String name = hosts.take();
    return new RabbitVirtualHost(server.control(), server.uri(), name, () -> hosts.giveBack(name));
  }

  /**
   * Creates a virtual host on a broker, which may no longer run when the virtual host is closed.
   * Closing deletes it, with everything in it and all connections to it.
   *
   * @param serverUri without a virtual host
   */
  static RabbitVirtualHost on(RabbitControl control, String serverUri, BooleanSupplier serverRuns) {
    String name = SharedVirtualHosts.newName();
    control.run("add_vhost", name);
    RabbitVirtualHost host =
        new RabbitVirtualHost(control, serverUri, name, () -> delete(control, name, serverRuns));
    control.run("set_permissions", "-p", name, user(serverUri), ".*", ".*", ".*");
    host.connect();
    return host;
  }

  private static void delete(RabbitControl control, String name, BooleanSupplier serverRuns) {
    if (serverRuns.getAsBoolean()) {
      CommandResult result = control.tryRun("delete_vhost", name);
      if (result.code() != 0 && !result.output().contains("does not exist")) {
        throw new TestServerException(
            "The virtual host " + name + " is not deleted: " + result.output());
      }
    }
  }

  /**
   * Connects once, which proves that the broker behind the URI is the one that {@code rabbitmqctl}
   * administers.
   */
  void connect() {
    long unused = inChannel(channel -> NOTHING_WAITS);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The AMQP URI, with user, password and virtual host. */
  public String uri() {
    return uri;
  }

  /** The number of messages that are ready in a queue; 0 if there is no such queue. */
  public long ready(String queue) {
    try {
      return inChannel(channel -> channel.messageCount(queue));
    } catch (TestServerException e) {
      if (e.getCause() instanceof IOException refused
          && refused.getCause() instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close
          && close.getReplyCode() == AMQP.NOT_FOUND) {
        return 0;
      }
      throw e;
    }
  }

  /** All its queues by name, asked through {@code rabbitmqctl}. */
  public Map<String, Depth> queues() {
    Map<String, Depth> queues = new LinkedHashMap<>();
    for (String line :
        control.run(
            "list_queues",
            "--no-table-headers",
            "--vhost",
            name,
            "messages_ready",
            "messages_unacknowledged",
            "name")) {
      String[] columns = line.split("\t", 3);
      if (columns.length != 3) {
        throw new TestServerException("Not a line of rabbitmqctl list_queues: " + line);
      }
      queues.put(columns[2], new Depth(Long.parseLong(columns[0]), Long.parseLong(columns[1])));
    }
    return queues;
  }

  /** Purges the messages that are ready in a queue, and returns their number. */
  public long purge(String queue) {
    return inChannel(channel -> channel.queuePurge(queue).getMessageCount());
  }

  /** Takes messages from the head of a queue, and returns their bodies in order. */
  public List<String> bodies(String queue, int count) {
    List<String> bodies = new ArrayList<>();
    long unused =
        inChannel(
            channel -> {
              while (bodies.size() < count) {
                GetResponse message = channel.basicGet(queue, true);
                if (message == null) {
                  throw new TestServerException(
                      queue + " has only " + bodies.size() + " messages, not " + count);
                }
                bodies.add(new String(message.getBody(), StandardCharsets.UTF_8));
              }
              return NOTHING_WAITS;
            });
    return bodies;
  }

  /** Deletes a queue with its messages and consumers, and returns the number of ready messages. */
  public long deleteQueue(String queue) {
    return inChannel(channel -> channel.queueDelete(queue).getMessageCount());
  }

  /** Makes the broker close every connection to this virtual host, through {@code rabbitmqctl}. */
  public void closeConnections() {
    control.run("close_all_connections", "--vhost", name, "closed-by-a-test");
  }

  /** Deletes the virtual host. Nothing happens if its private server is not running. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    deletion.run();
    closed = true;
    Cleanup.remove(this);
  }

  private long inChannel(Task task) {
    try (Connection connection = factory(uri).newConnection("test servers");
        Channel channel = connection.createChannel()) {
      return task.run(channel);
    } catch (IOException | TimeoutException e) {
      throw new TestServerException("The virtual host " + name + " cannot be used at " + uri, e);
    }
  }

  /** The user of a URI. */
  static String user(String uri) {
    return factory(uri).getUsername();
  }

  private static ConnectionFactory factory(String uri) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(uri);
    } catch (URISyntaxException | GeneralSecurityException e) {
      throw new TestServerException("Not a usable AMQP URI: " + uri, e);
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
    return factory;
  }

  @FunctionalInterface
  private interface Task {
    long run(Channel channel) throws IOException;
  }
}
