package dev.tenon.jobs.internal.broker;

import static dev.tenon.schedules.Threads.check;

import com.rabbitmq.client.Channel;
import dev.tenon.schedules.Threads;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Messages arrive on a channel by {@link UnsettledDeliveries} while the worker acknowledges some
 * and the thread of the link requeues one that has waited too long, which the worker settles at the
 * same moment.
 */
final class DeliveriesSchedule {

  private final Set<Long> delivered = new HashSet<>();
  private final List<Long> acknowledged = new ArrayList<>();
  private final List<Long> requeued = new ArrayList<>();
  private final Set<Long> mayBeAcknowledged = new HashSet<>();
  private final UnsettledDeliveries unsettled = new UnsettledDeliveries(channel());

  void run() throws InterruptedException {
    Threads threads = new Threads();
    arrive(1);
    arrive(2);
    threads.start(
        () -> {
          arrive(3);
          arrive(4);
        });
    threads.start(() -> quietly(() -> unsettled.requeue(2)));
    threads.start(() -> acknowledge(1, 2));
    threads.start(() -> acknowledge(3));
    threads.join();
    acknowledge(3, 4);
    Set<Long> settled = new HashSet<>(acknowledged);
    settled.addAll(requeued);
    check(settled.equals(Set.of(1L, 2L, 3L, 4L)), "every message is settled in the end");
    check(
        settled.size() == acknowledged.size() + requeued.size(),
        "no message is settled twice, which would close the channel");
  }

  private void arrive(long tag) {
    delivered.add(tag);
    unsettled.add(tag);
  }

  private void acknowledge(long... tags) {
    List<Long> done = new ArrayList<>();
    for (long tag : tags) {
      if (delivered.contains(tag)) {
        done.add(tag);
      }
    }
    mayBeAcknowledged.addAll(done);
    quietly(() -> unsettled.acknowledge(done));
  }

  /** What sends to the channel. */
  private interface Send {
    void run() throws IOException;
  }

  private static void quietly(Send send) {
    try {
      send.run();
    } catch (IOException e) {
      throw new AssertionError("The stand-in for a channel fails never.", e);
    }
  }

  /** Stands in for RabbitMQ, which settles all messages up to one if it is asked to. */
  private Channel channel() {
    return (Channel)
        Proxy.newProxyInstance(
            Channel.class.getClassLoader(),
            new Class<?>[] {Channel.class},
            (proxy, method, arguments) -> {
              Threads.pause();
              long tag = (Long) arguments[0];
              switch (method.getName()) {
                case "basicAck" -> ack(tag, (Boolean) arguments[1]);
                case "basicNack" -> requeued.add(tag);
                default -> throw new UnsupportedOperationException(method.getName());
              }
              return null;
            });
  }

  private void ack(long tag, boolean allUpTo) {
    for (long each : delivered) {
      boolean isOpen = !acknowledged.contains(each) && !requeued.contains(each);
      if (each == tag || (allUpTo && each < tag && isOpen)) {
        check(
            mayBeAcknowledged.contains(each),
            "only messages whose jobs are claimed are acknowledged, message " + each);
        acknowledged.add(each);
      }
    }
  }
}
