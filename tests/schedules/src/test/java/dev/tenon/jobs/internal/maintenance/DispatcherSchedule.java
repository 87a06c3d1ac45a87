package dev.tenon.jobs.internal.maintenance;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Two threads commit jobs while the {@link Dispatcher} publishes, and gathers pointers for its next
 * message because there are many. It is closed when all are published.
 */
final class DispatcherSchedule {

  private static final Duration PROMPT = Duration.ofMillis(250);

  private final Map<UUID, Long> committedNanos = new HashMap<>();
  private final List<UUID> published = new ArrayList<>();
  private final List<UUID> noted = new ArrayList<>();
  private final CountDownLatch allPublished = new CountDownLatch(3);
  private final Dispatcher dispatcher =
      new Dispatcher(
          new PointerPublisher(this::send),
          new Queues(Map::of),
          new PublishStore(this::note),
          JobListeners.NONE);

  void run() throws InterruptedException {
    dispatcher.start();
    Threads threads = new Threads();
    threads.start(
        () -> {
          commit(1);
          commit(2);
        });
    threads.start(
        () -> {
          // About when the gathering ends
          Thread.sleep(5);
          commit(3);
        });
    threads.join();
    check(allPublished.await(10, TimeUnit.MINUTES), "each committed pointer is published");
    dispatcher.close();
    check(published.size() == 3, "each pointer is published once");
    check(noted.size() == 3, "what is published is noted once, at the close at the latest");
    check(Set.copyOf(noted).equals(Set.copyOf(published)), "what is noted is what is published");
  }

  private void commit(int number) {
    UUID id = new UUID(1, number);
    committedNanos.put(id, System.nanoTime());
    dispatcher.committed(
        List.of(new JobPointer(id, "mail.send", "mail", JobPriority.NORMAL, 0, false)));
  }

  private void send(List<JobPointer> pointers) {
    Threads.pause();
    for (JobPointer pointer : pointers) {
      published.add(pointer.jobId());
      long waited = System.nanoTime() - committedNanos.getOrDefault(pointer.jobId(), 0L);
      check(waited < PROMPT.toNanos(), "a pointer is published promptly, after " + waited + " ns");
      allPublished.countDown();
    }
  }

  private void note(PublishedPointer pointer) {
    check(published.contains(pointer.pointer().jobId()), "only what is published is noted");
    noted.add(pointer.pointer().jobId());
  }
}
