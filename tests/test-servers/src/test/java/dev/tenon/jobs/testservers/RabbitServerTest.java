package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tenon.jobs.testservers.RabbitVirtualHost.Depth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("thorough")
@Tag("servers")
class RabbitServerTest {

  private static RabbitServer server;

  @BeforeAll
  static void launch() {
    server = RabbitServer.launch();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @BeforeEach
  void isRunning() {
    if (!server.isRunning()) {
      server.start();
    }
  }

  @Test
  void keepsPortAndMessagesOverStopAndKill() throws Exception {
    try (RabbitVirtualHost host = server.createVirtualHost()) {
      publish(host, 3);
      server.restart();
      assertThat(host.queues()).containsEntry("jobs", new Depth(3, 0));
      server.kill();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(() -> Amqp.connect(host.uri())).hasMessageContaining("refused");
      server.start();
      assertThat(host.queues()).containsEntry("jobs", new Depth(3, 0));
    }
  }

  @Test
  void startsAgainIfItHangs(@TempDir Path folder) throws Exception {
    // Hangs at its first start, and is RabbitMQ from the second one on
    Path hasHung = folder.resolve("has-hung");
    writeProgram(
        folder,
        """
        [ ! -e '%1$s' ] || exec '%2$s/rabbitmq-server'
        touch '%1$s'
        exec tail -f /dev/null
        """
            .formatted(hasHung, Programs.rabbit().orElseThrow()));
    try (RabbitServer slow =
        RabbitServer.builder().programs(folder).patience(Duration.ofSeconds(30)).launch()) {
      assertThat(hasHung).exists();
      try (Connection connection = Amqp.connect(slow.uri())) {
        assertThat(connection.isOpen()).isTrue();
      }
    }
  }

  @Test
  void givesUpIfItHangsTwice(@TempDir Path folder) throws Exception {
    Path starts = folder.resolve("starts");
    writeProgram(folder, "echo started >> '%s'\nexec tail -f /dev/null\n".formatted(starts));
    RabbitServer.Builder hanging =
        RabbitServer.builder().programs(folder).patience(Duration.ofSeconds(2));
    assertThatThrownBy(hanging::launch)
        .isInstanceOf(TestServerException.class)
        .hasMessageContaining("did not print a line in PT2S");
    assertThat(starts).hasContent("started\nstarted\n");
  }

  @Test
  void killEndsOpenConnections() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Connection connection = Amqp.connect(server.uri());
    connection.addShutdownListener(cause -> closed.countDown());
    server.kill();
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void isSilentWhileItIsFrozen() throws Exception {
    try (Connection connection = Amqp.connect(server.uri())) {
      server.freeze();
      CompletableFuture<Channel> answer = CompletableFuture.supplyAsync(() -> channel(connection));
      assertThat(answer.copy()).failsWithin(Duration.ofMillis(500));
      server.thaw();
      assertThat(answer.get(10, TimeUnit.SECONDS).isOpen()).isTrue();
    }
  }

  @Test
  void beginsWithNothingAfterWipe() throws Exception {
    RabbitVirtualHost host = server.createVirtualHost();
    publish(host, 1);
    server.wipe();
    server.start();
    assertThatThrownBy(() -> Amqp.connect(host.uri())).isInstanceOf(Exception.class);
    host.close();
  }

  @Test
  void saysWhyItDoesNotStart() {
    RabbitServer.Builder wrong = RabbitServer.builder().setting("no_such_setting", "1");
    assertThatThrownBy(wrong::launch)
        .isInstanceOf(TestServerException.class)
        .hasMessageContaining("no_such_setting");
  }

  @Test
  void formsAClusterThatOutlivesANode() throws Exception {
    try (RabbitServer second = RabbitServer.launch()) {
      second.join(server);
      assertThat(server.rabbitmqctl("eval", "length(rabbit_nodes:list_running()).")).contains("2");
      try (RabbitVirtualHost host = server.createVirtualHost();
          Connection connection = Amqp.connect(second.uri() + "/" + host.name())) {
        assertThat(connection.isOpen()).isTrue();
      }
      second.kill();
      assertThat(Amqp.connect(server.uri()).isOpen()).isTrue();
      second.start();
      assertThat(second.rabbitmqctl("eval", "length(rabbit_nodes:list_running()).")).contains("2");
    } finally {
      server.wipe();
    }
  }

  private static void writeProgram(Path folder, String script) throws IOException {
    Path program = folder.resolve("rabbitmq-server");
    Files.writeString(program, "#!/bin/sh\n" + script, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static void publish(RabbitVirtualHost host, int count) throws Exception {
    try (Connection connection = Amqp.connect(host.uri());
        Channel channel = connection.createChannel()) {
      Amqp.publish(channel, "jobs", count);
    }
  }

  private static Channel channel(Connection connection) {
    try {
      return connection.createChannel();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
