package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.options.RabbitMqOptions;
import java.util.List;

/** Stands in for the class of this name: the connections of the schedule. */
final class ConnectionFactories {

  private ConnectionFactories() {}

  /** A node. */
  record Node(ConnectionFactory factory, boolean isTls) {

    String host() {
      return "stand-in";
    }

    String address() {
      return "stand-in";
    }
  }

  static List<Node> of(RabbitMqOptions options) {
    return List.of(new Node(new BrokerLinkSchedule.Factory(), false));
  }
}
