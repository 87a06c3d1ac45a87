package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tenon.jobs.testservers.RabbitVirtualHost.Depth;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
@Tag("thorough")
class RabbitVirtualHostTest {

  private static RabbitVirtualHost host;

  @BeforeAll
  static void create() {
    host = RabbitVirtualHost.shared();
  }

  @AfterAll
  static void delete() {
    host.close();
  }

  @Test
  void tellsDepthsAndPurgesAndDeletes() throws Exception {
    try (Connection connection = Amqp.connect(host.uri());
        Channel channel = connection.createChannel()) {
      Amqp.publish(channel, "depths of many", 3);
      channel.basicGet("depths of many", false);
      assertThat(host.queues()).containsEntry("depths of many", new Depth(2, 1));
      assertThat(host.purge("depths of many")).isEqualTo(2);
      assertThat(host.queues()).containsEntry("depths of many", new Depth(0, 1));
      assertThat(host.deleteQueue("depths of many")).isZero();
      assertThat(host.queues()).doesNotContainKey("depths of many");
    }
  }

  @Test
  void closesConnections() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Connection connection = Amqp.connect(host.uri());
    connection.addShutdownListener(cause -> closed.countDown());
    host.closeConnections();
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void seesOnlyItsOwnQueuesAndIsDeletedWithThemOnceOthersAreClosedToo() throws Exception {
    RabbitVirtualHost other = RabbitVirtualHost.shared();
    Connection connection = Amqp.connect(other.uri());
    Amqp.publish(connection.createChannel(), "other", 1);
    assertThat(other.queues()).containsOnlyKeys("other");
    assertThat(host.queues()).doesNotContainKey("other");
    other.close();
    other.close();
    for (int i = 1; i < SharedVirtualHosts.AT_A_TIME; i++) {
      RabbitVirtualHost.shared().close();
    }
    await().until(() -> !connection.isOpen());
    assertThatThrownBy(() -> Amqp.connect(other.uri())).isInstanceOf(Exception.class);
  }

  @Test
  void aQueueThatIsNotThereHasNoMessages() throws Exception {
    assertThat(host.ready("not there")).isZero();
    try (Connection connection = Amqp.connect(host.uri());
        Channel channel = connection.createChannel()) {
      Amqp.publish(channel, "there", 2);
    }
    assertThat(host.ready("there")).isEqualTo(2);
  }

  @Test
  void saysWhatFailed() {
    assertThatThrownBy(() -> host.purge("missing"))
        .isInstanceOf(TestServerException.class)
        .hasMessageContaining(host.name());
  }
}
