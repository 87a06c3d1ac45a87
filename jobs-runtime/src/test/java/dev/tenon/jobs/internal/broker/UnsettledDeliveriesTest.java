package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnsettledDeliveriesTest {

  private final List<String> sent = new ArrayList<>();
  private final UnsettledDeliveries deliveries =
      new UnsettledDeliveries(
          (Channel)
              Proxy.newProxyInstance(
                  Channel.class.getClassLoader(),
                  new Class<?>[] {Channel.class},
                  (proxy, method, arguments) -> {
                    sent.add(method.getName() + Arrays.toString(arguments));
                    return null;
                  }));

  private void deliver(long... tags) {
    for (long tag : tags) {
      deliveries.add(tag);
    }
  }

  @Test
  void whatCameFirstIsAcknowledgedTogether() throws IOException {
    deliver(1, 2, 3, 4);
    deliveries.acknowledge(List.of(3L, 1L, 2L));
    assertThat(sent).containsExactly("basicAck[3, true]");
    deliveries.acknowledge(List.of(4L));
    assertThat(sent).last().isEqualTo("basicAck[4, true]");
  }

  @Test
  void nothingIsAcknowledgedAlongThatIsNotSettled() throws IOException {
    deliver(1, 2, 3, 4, 5);
    deliveries.acknowledge(List.of(1L, 2L, 4L));
    assertThat(sent).containsExactly("basicAck[2, true]", "basicAck[4, false]");
    deliveries.requeue(3);
    deliveries.acknowledge(List.of(5L));
    assertThat(sent.subList(2, 4))
        .containsExactly("basicNack[3, false, true]", "basicAck[5, true]");
  }

  @Test
  void nothingIsSettledTwice() throws IOException {
    deliver(1, 2);
    deliveries.acknowledge(List.of(1L));
    deliveries.requeue(1);
    deliveries.acknowledge(List.of(1L));
    deliveries.requeue(2);
    deliveries.acknowledge(List.of(2L));
    assertThat(sent).containsExactly("basicAck[1, true]", "basicNack[2, false, true]");
  }
}
