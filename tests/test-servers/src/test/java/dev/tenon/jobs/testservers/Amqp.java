package dev.tenon.jobs.testservers;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;

/** Operations of tests on a broker. */
final class Amqp {

  private Amqp() {}

  static Connection connect(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(5_000);
    factory.setHandshakeTimeout(5_000);
    return factory.newConnection();
  }

  /** Declares a durable queue and publishes persistent, confirmed messages to it. */
  static void publish(Channel channel, String queue, int count) throws Exception {
    channel.queueDeclare(queue, true, false, false, null);
    channel.confirmSelect();
    for (int i = 0; i < count; i++) {
      byte[] body = "message".getBytes(StandardCharsets.UTF_8);
      channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
    }
    channel.waitForConfirmsOrDie(10_000);
  }
}
