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
 * possible: one that means "all up to this one". Thread-safe.
 *
 * @see <a
 *     href="https://www.rabbitmq.com/docs/confirms#consumer-acks-multiple-parameter">Acknowledging
 *     multiple deliveries together</a>
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

  /** Adds a message that has arrived, which somebody will settle. */
  synchronized void add(long tag) {
    tags.add(tag);
  }

  /**
   * Acknowledges these messages. It sends under the lock: a delivery that is requeued at the same
   * time must not be covered by "all up to this one".
   */
  synchronized void acknowledge(Collection<Long> settled) throws IOException {
    Set<Long> done = new HashSet<>(settled);
    // A delivery must not be settled twice: the broker would close the channel
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

  /** Requeues a message, for any worker to take, unless it is already settled. */
  synchronized void requeue(long tag) throws IOException {
    if (tags.contains(tag)) {
      channel.basicNack(tag, false, true);
      tags.remove(tag);
    }
  }
}
