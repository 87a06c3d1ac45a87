package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeliveryTest {

  private final List<UUID> jobs = Stream.generate(UUID::randomUUID).limit(5).toList();

  private Delivery delivery(boolean isRedelivered) {
    Channel channel =
        (Channel)
            Proxy.newProxyInstance(
                Channel.class.getClassLoader(),
                new Class<?>[] {Channel.class},
                (proxy, method, arguments) -> null);
    return new Delivery(jobs, "mail.send", 1, isRedelivered, new UnsettledDeliveries(channel), 1);
  }

  private static List<UUID> take(Delivery delivery, int max) {
    List<Delivery.Pointer> taken = new ArrayList<>();
    delivery.takeInto(taken, max);
    return taken.stream().map(Delivery.Pointer::jobId).toList();
  }

  @Test
  void asManyPointersAreTakenAsThereIsRoomFor() {
    Delivery delivery = delivery(false);
    assertThat(take(delivery, 2)).isEqualTo(jobs.subList(0, 2));
    assertThat(take(delivery, 9)).isEqualTo(jobs.subList(2, 5));
    assertThat(delivery.hasWaiting()).isFalse();
  }

  /** Those of them that others have claimed cost one claim in all, not one for each free slot. */
  @Test
  void ofARedeliveredMessageAllPointersAreTakenOnce() {
    Delivery delivery = delivery(true);
    assertThat(take(delivery, 1)).isEqualTo(jobs);
    assertThat(delivery.hasWaiting()).isFalse();
    assertThat(delivery.isDoneAfter(jobs.get(0))).isFalse();
    assertThat(delivery.isDoneAfter(jobs.get(1))).isFalse();
    assertThat(delivery.isDoneAfter(jobs.get(2))).isFalse();
    delivery.keep(jobs.get(4));
    delivery.keep(jobs.get(3));
    assertThat(take(delivery, 1)).as("they are not stale").containsExactly(jobs.get(3));
    assertThat(delivery.isDoneAfter(jobs.get(3))).isFalse();
    assertThat(take(delivery, 1)).containsExactly(jobs.get(4));
    assertThat(delivery.isDoneAfter(jobs.get(4))).isTrue();
  }
}
