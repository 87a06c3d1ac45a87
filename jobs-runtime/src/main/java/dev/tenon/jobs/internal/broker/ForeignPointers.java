package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts pointers to jobs of another installation, which share a queue with ours by mistake. If
 * they were requeued, they would come back immediately and hold up our own. Nothing is lost by
 * refusing them: their installation refuses ours, and the workers of both then poll their tables.
 * Thread-safe.
 */
final class ForeignPointers {

  private static final Logger LOG = LoggerFactory.getLogger(ForeignPointers.class);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private static final Duration LATELY = Duration.ofMinutes(1);

  /** The time that health continues to report the last one. */
  private static final Duration MEMORY = Duration.ofMinutes(10);

  private final String owner;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);
  private @Nullable Last last;

  private record Last(String queue, long count, long nanos) {}

  /**
   * Creates the counter of one worker.
   *
   * @param owner its name in log lines
   */
  ForeignPointers(String owner) {
    this.owner = owner;
  }

  void came(String queue) {
    note(queue);
    long count = lines.admit(queue);
    if (count > 0) {
      LOG.warn(
          "{} has refused {} pointers from queue '{}' since the last such line: they belong to the"
              + " jobs of another schema, whose application uses the same virtual host and name"
              + " prefix. Give one of the two another namePrefix.",
          owner,
          count,
          LogText.escape(queue));
    }
  }

  private synchronized void note(String queue) {
    last = new Last(queue, last == null ? 1 : last.count() + 1, System.nanoTime());
  }

  /** Returns whether one has arrived within the last minute. */
  synchronized boolean cameLately() {
    Last latest = last;
    return latest != null && System.nanoTime() - latest.nanos() < LATELY.toNanos();
  }

  /** Returns a description for people to read; empty if none has arrived for a while. */
  synchronized Optional<String> problem() {
    Last latest = last;
    if (latest == null) {
      return Optional.empty();
    }
    Duration ago = Duration.ofNanos(System.nanoTime() - latest.nanos());
    if (ago.compareTo(MEMORY) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        ("%d pointers of another schema arrived, the last one %d s ago from queue '%s': another "
                + "application uses the same virtual host and namePrefix; give one of them another "
                + "namePrefix")
            .formatted(latest.count(), ago.toSeconds(), LogText.escape(latest.queue())));
  }
}
