package dev.tenon.jobs.internal.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import dev.tenon.jobs.testservers.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BrokerLinkTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A session that does nothing, or what a test says. */
  private static class NoSession implements BrokerLink.Session {
    @Override
    public void opened(Connection connection) throws IOException {}

    @Override
    public Duration tend() {
      return Duration.ofMinutes(1);
    }

    @Override
    public void lost() {}
  }

  @Test
  void aBrokerThatRefusesConnectionsCausesOneLineAndNoneOfTheClient() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    try (ServerSocket refusing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CapturedLog client = CapturedLog.of("com.rabbitmq");
        CapturedLog ours = CapturedLog.of("dev.tenon.jobs")) {
      Thread acceptor =
          new Thread(
              () -> {
                try {
                  while (true) {
                    try (Socket socket = refusing.accept()) {
                      // So that the close is a reset
                      socket.setSoLinger(true, 0);
                      accepted.incrementAndGet();
                    }
                  }
                } catch (IOException e) {
                  Thread.currentThread().interrupt();
                }
              });
      acceptor.setDaemon(true);
      acceptor.start();
      BrokerLink link =
          new BrokerLink(
              RabbitMqOptions.of("amqp://u:secret@127.0.0.1:" + refusing.getLocalPort()),
              "tenon-test",
              new NoSession());
      link.start();
      try {
        await().atMost(PATIENCE).until(() -> accepted.get() >= 4);
        assertThat(client.lines()).isEmpty();
        assertThat(ours.warnings())
            .singleElement()
            .asString()
            .contains("Connecting tenon-test to RabbitMQ failed with ")
            .contains(" at 127.0.0.1:" + refusing.getLocalPort())
            .contains("jobs wait in the table")
            .doesNotContain("secret");
      } finally {
        link.close();
      }
    }
  }

  @Test
  void noExceptionEndsTheThread() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger tended = new AtomicInteger();
    try (RabbitVirtualHost host = RabbitVirtualHost.shared();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      BrokerLink link =
          new BrokerLink(
              RabbitMqOptions.of(host.uri()),
              "tenon-test",
              new NoSession() {
                @Override
                public void opened(Connection connection) {
                  if (opened.incrementAndGet() == 1) {
                    throw new IllegalArgumentException("secret");
                  }
                  if (opened.get() == 2) {
                    throw new StackOverflowError("secret");
                  }
                }

                @Override
                public Duration tend() {
                  if (tended.incrementAndGet() == 1) {
                    throw new IllegalStateException("secret");
                  }
                  return Duration.ofMinutes(1);
                }
              });
      link.start();
      try {
        await().atMost(PATIENCE).until(() -> link.isConnected() && tended.get() >= 2);
        assertThat(opened).hasValue(3);
        assertThat(log.lines()).noneMatch(line -> line.contains("secret"));
      } finally {
        link.close();
      }
    }
  }

  @Test
  void aConnectionThatIsLostAgainAndAgainIsOpenedLessAndLessOften() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    try (RabbitVirtualHost host = RabbitVirtualHost.shared();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      BrokerLink link =
          new BrokerLink(
              RabbitMqOptions.of(host.uri()),
              "tenon-test",
              new NoSession() {
                @Override
                public void opened(Connection connection) {
                  opened.incrementAndGet();
                }

                @Override
                public Duration tend() {
                  throw new com.rabbitmq.client.AlreadyClosedException(
                      new com.rabbitmq.client.ShutdownSignalException(false, false, null, null));
                }
              });
      long start = System.nanoTime();
      link.start();
      try {
        await().atMost(PATIENCE).until(() -> opened.get() >= 5);
        // 0.2 + 0.4 + 0.8 + 1.6 s
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThan(Duration.ofMillis(2_900));
        assertThat(log.warnings()).hasSize(1);
      } finally {
        link.close();
      }
    }
  }

  @Test
  void anExceptionWhileAMessageIsHandledEndsNoConsumer() throws Exception {
    BlockingQueue<UUID> heard = new LinkedBlockingQueue<>();
    AtomicBoolean fails = new AtomicBoolean(true);
    try (RabbitVirtualHost host = RabbitVirtualHost.shared()) {
      RabbitMqOptions options = RabbitMqOptions.of(host.uri());
      PointerConsumer consumer =
          new PointerConsumer(
              new BrokerAccess(options, UUID.randomUUID()),
              "w",
              List.of(new ConsumedQueue(PointerQueue.of("jobs.x", "jobs.x"), List.of("jobs.x"))),
              10,
              id -> {
                if (fails.getAndSet(false)) {
                  throw new IllegalStateException("as a bug would");
                }
                heard.add(id);
              },
              () -> {});
      consumer.start();
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(host.uri());
      try (Connection connection = factory.newConnection();
          Channel channel = connection.createChannel()) {
        await().atMost(PATIENCE).until(() -> host.queues().containsKey("jobs.x"));
        UUID id = UUID.randomUUID();
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(200))
            .until(
                () -> {
                  channel.basicPublish(
                      "jobs.control",
                      "",
                      new BasicProperties.Builder().type("cancel").build(),
                      id.toString().getBytes(UTF_8));
                  return !heard.isEmpty();
                });
        assertThat(heard.poll(30, SECONDS)).isEqualTo(id);
      } finally {
        consumer.close();
      }
    }
  }

  @Test
  void aBrokerThatIsSilentDoesNotMakeTheCloseFail() {
    try (RabbitVirtualHost host = RabbitVirtualHost.shared();
        TcpProxy network = proxyTo(host)) {
      BrokerLink link =
          new BrokerLink(RabbitMqOptions.of(by(network, host)), "tenon-test", new NoSession());
      link.start();
      await().atMost(PATIENCE).until(link::isConnected);
      network.stall();
      link.close();
      await().atMost(PATIENCE).until(() -> !link.isConnected());
    }
  }

  @Test
  void aLinkThatIsClosedWhileItConnectsLeavesNoConnection() {
    AtomicInteger tended = new AtomicInteger();
    AtomicBoolean opens = new AtomicBoolean();
    try (RabbitVirtualHost host = RabbitVirtualHost.shared();
        TcpProxy network = proxyTo(host)) {
      BrokerLink link =
          new BrokerLink(
              RabbitMqOptions.of(by(network, host)),
              "tenon-test",
              new NoSession() {
                @Override
                public void opened(Connection connection) {
                  opens.set(true);
                  // As the client does, which heeds no interrupt while it waits for an answer
                  while (!Thread.interrupted()) {
                    Thread.onSpinWait();
                  }
                }

                @Override
                public Duration tend() {
                  tended.incrementAndGet();
                  return super.tend();
                }
              });
      link.start();
      await().atMost(PATIENCE).untilTrue(opens);
      link.close();
      await().atMost(PATIENCE).until(() -> network.connections() == 0);
      assertThat(link.isConnected()).isFalse();
      assertThat(tended).hasValue(0);
    }
  }

  private static TcpProxy proxyTo(RabbitVirtualHost host) {
    URI uri = URI.create(host.uri());
    return TcpProxy.to(uri.getHost(), uri.getPort());
  }

  private static String by(TcpProxy network, RabbitVirtualHost host) {
    return host.uri()
        .replace(":" + URI.create(host.uri()).getPort() + "/", ":" + network.port() + "/");
  }
}
