package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of this process that submit jobs one by one until they are told to end, whatever happens
 * to the database, and what they were told. Thread-safe.
 */
final class Load implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Load.class);
  private static final int THREADS = 4;

  /** Between two submits of a thread, unless a test wants another time. */
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Site site;
  private final Duration pause;
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failed = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ending;

  /**
   * A submit that has returned.
   *
   * @param id the job
   * @param askedNanos when it was called, by {@link System#nanoTime()}
   * @param answeredNanos when it had returned
   */
  record Acknowledged(UUID id, long askedNanos, long answeredNanos) {}

  /** Starts to submit, somewhat more than a hundred jobs a second. */
  Load(Site site) {
    this(site, PAUSE);
  }

  /**
   * Starts to submit.
   *
   * @param pause the time between two submits of each of the four threads
   */
  Load(Site site, Duration pause) {
    this.site = site;
    this.pause = pause;
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(this::submit, "load-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void submit() {
    try {
      for (int i = 0; !ending; i++) {
        long asked = System.nanoTime();
        try {
          UUID id = site.submit(i % 10 == 0 ? Action.FAIL_ONCE : Action.WORK, 10);
          acknowledged.add(new Acknowledged(id, asked, System.nanoTime()));
        } catch (JobStoreRefusedException e) {
          // No outage explains it
          throw e;
        } catch (JobStoreException e) {
          failed.incrementAndGet();
          LOG.info("A submit failed: {}", e.toString());
        }
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was acknowledged by now. */
  List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** The first submit that was acknowledged of those that were called after a moment. */
  Optional<Acknowledged> firstAfter(long nanos) {
    return acknowledged.stream()
        .filter(each -> each.askedNanos() >= nanos)
        .min(Comparator.comparing(Acknowledged::answeredNanos));
  }

  /** How many submits have failed, of which some may be committed all the same. */
  int failed() {
    return failed.get();
  }

  /** Submits nothing any more, and waits for the submits that are under way. */
  @Override
  public void close() {
    ending = true;
    try {
      for (Thread thread : threads) {
        thread.join(Site.PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
