package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The deliveries of one channel that are not settled yet. Acknowledges many with one message where
 * it can: one that says "all up to this". Thread-safe.
 *
 * @see <a
 *     href="https://www.rabbitmq.com/docs/confirms#consumer-acks-multiple-parameter">Acknowledging
 *     multiple deliveries at once</a>
 */
final class UnsettledDeliveries {

  private final Channel channel;
  private final TreeSet<Long> tags = new TreeSet<>();

  UnsettledDeliveries(Channel channel) {
    this.channel = channel;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** A message has come, and somebody will settle it. */
  synchronized void add(long tag) {
    tags.add(tag);
  }

  /**
   * Tells the broker that these have done their work. What is sent is sent under the lock: a
   * delivery that is requeued at the same time must not be among "all up to this".
   */
  synchronized void acknowledge(Collection<Long> settled) throws IOException {
    Set<Long> done = new HashSet<>(settled);
    // What is settled already must not be settled twice: the broker would close the channel
    done.retainAll(tags);
    long firstUnsettled =
        tags.stream().filter(tag -> !done.contains(tag)).findFirst().orElse(Long.MAX_VALUE);
    long lastBefore = 0;
    List<Long> others = new ArrayList<>();
    for (long tag : done) {
      if (tag < firstUnsettled) {
        lastBefore = Math.max(lastBefore, tag);
      } else {
        others.add(tag);
      }
    }
    if (lastBefore > 0) {
      channel.basicAck(lastBefore, true);
    }
    for (long tag : others) {
      channel.basicAck(tag, false);
    }
    tags.removeAll(done);
  }

  /** Gives a message back to its queue, for any worker to take, unless it is settled already. */
  synchronized void requeue(long tag) throws IOException {
    if (tags.contains(tag)) {
      channel.basicNack(tag, false, true);
      tags.remove(tag);
    }
  }
}
