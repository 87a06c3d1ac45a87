package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Notifies all workers of jobs to be cancelled, on its own channel and on the thread of the
 * connection, so that a cancel does not wait for any publishing. A message that cannot be sent soon
 * is dropped; the workers find the request in the table. {@link #send} is thread-safe; everything
 * else is for the thread of the link.
 */
final class CancelBroadcast {

  private static final int MAX_WAITING = 10_000;

  /**
   * The maximum age of a message; by then a worker's heartbeat has found the request in the table.
   */
  private static final Duration MAX_AGE = Duration.ofSeconds(10);

  private final Topology topology;
  private final BrokerLink link;
  private final Queue<Cancel> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private @Nullable Channel channel;

  private record Cancel(UUID jobId, long sinceNanos) {}

  CancelBroadcast(Topology topology, BrokerLink link) {
    this.topology = topology;
    this.link = link;
  }

  /** Sends a message as soon as the connection allows it; drops it if too many wait. */
  void send(UUID jobId) {
    boolean unused = waiting.offer(new Cancel(jobId, System.nanoTime()));
    link.tendSoon();
  }

  void opened(Connection connection) throws IOException {
    Channel opened = QueueDeclarer.create(connection);
    BrokerLink.dieTogether(opened);
    channel = opened;
  }

  void lost() {
    channel = null;
  }

  void sendWaiting() throws IOException {
    Channel open = channel;
    if (open == null) {
      return;
    }
    for (Cancel next = waiting.poll(); next != null; next = waiting.poll()) {
      if (System.nanoTime() - next.sinceNanos() <= MAX_AGE.toNanos()) {
        open.basicPublish(
            topology.controlExchange(),
            "",
            new BasicProperties.Builder().type("cancel").build(),
            next.jobId().toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
