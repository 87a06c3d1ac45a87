package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.store.AwaitStore;
import dev.tenon.jobs.internal.store.AwaitStore.Found;
import dev.tenon.jobs.internal.store.AwaitStore.Note;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs whose ends this process awaits. They are noted in the database, and whoever ends one
 * notifies the process; then, and sometimes anyway, it looks which of them have ended. All waits
 * share the statements. Thread-safe.
 */
final class AwaitedJobs implements AutoCloseable {

  /** The largest number of waits at a time. */
  static final int MAX_WAITS = 10_000;

  /** The number of jobs that one statement looks at, or notes. */
  private static final int MAX_IN_STATEMENT = 1_000;

  /** The number of jobs that one statement reads, with payloads and results. */
  private static final int MAX_READ = 20;

  /**
   * The pauses between the first looks at a job. Whoever ends it while it is being noted does not
   * see the note, but has committed soon after.
   */
  private static final List<Duration> FIRST_PAUSES =
      List.of(Duration.ofMillis(40), Duration.ofMillis(250), Duration.ofSeconds(1));

  /** The pause between looks if notifications arrive: one may be lost. */
  private static final Duration RARELY = Duration.ofSeconds(3);

  /** The pause between looks otherwise. */
  private static final Duration OFTEN = Duration.ofMillis(250);

  private static final Duration NOTE_VALID_FOR = Duration.ofSeconds(90);
  private static final Duration NOTE_AGAIN_AFTER = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  /** The number of threads that complete stages. */
  private static final int COMPLETERS = 4;

  private final UUID process = UUID.randomUUID();
  private final AwaitStore store;
  private final Function<List<UUID>, List<Job>> reader;
  private final BooleanSupplier isNotified;
  private final Runnable listening;
  private final BackgroundLoop loop;
  private final ThreadPoolExecutor completers;

  /** Guards what follows. */
  private final Object lock = new Object();

  private final Map<UUID, Awaited> awaited = new LinkedHashMap<>();
  private final List<UUID> noLongerAwaited = new ArrayList<>();
  private int waits;
  private boolean started;
  private boolean closed;

  /** Only the loop reads and writes it. */
  private boolean wasNotified;

  /** A job that is awaited. */
  private static final class Awaited {

    private final List<CompletableFuture<Job>> waits = new ArrayList<>();
    private int looks;
    private long lookAtNanos;
    private @Nullable Long notedNanos;
  }

  /**
   * Creates it without waits.
   *
   * @param reader reads jobs that have ended; a job that no longer exists is left out
   * @param isNotified whether notifications over PostgreSQL reach this process at the moment
   * @param listening makes this process listen, if it does not yet
   */
  AwaitedJobs(
      AwaitStore store,
      Function<List<UUID>, List<Job>> reader,
      BooleanSupplier isNotified,
      Runnable listening) {
    this.store = store;
    this.reader = reader;
    this.isNotified = isNotified;
    this.listening = listening;
    this.loop =
        BackgroundLoop.named("tenon-awaiting")
            .description("Looking whether awaited jobs have ended")
            .whatFollowsAFailure("Those who await jobs wait until it succeeds.")
            .retryPause(OFTEN, RARELY)
            .repeat(this::step);
    AtomicInteger threads = new AtomicInteger();
    this.completers =
        new ThreadPoolExecutor(
            COMPLETERS,
            COMPLETERS,
            10,
            TimeUnit.SECONDS,
            // At most MAX_WAITS wait in it
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tenon-answers-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    completers.allowCoreThreadTimeOut(true);
  }

  /** Awaits the end of a job. */
  CompletableFuture<Job> await(UUID jobId) {
    CompletableFuture<Job> wait = new CompletableFuture<>();
    synchronized (lock) {
      String refusal = refusal(jobId);
      if (refusal != null) {
        return CompletableFuture.failedFuture(new JobsException(refusal, null, jobId, null));
      }
      if (!started) {
        listening.run();
        loop.start();
        started = true;
      }
      Awaited job = awaited.computeIfAbsent(jobId, any -> new Awaited());
      job.waits.add(wait);
      job.looks = 0;
      job.lookAtNanos = System.nanoTime();
      waits++;
    }
    // Also when the caller gives up
    var unused = wait.whenComplete((job, failure) -> remove(jobId, wait));
    loop.wake();
    return wait;
  }

  private @Nullable String refusal(UUID jobId) {
    if (closed) {
      return "Job %s cannot be awaited, because the runtime is closed.".formatted(jobId);
    }
    if (waits == MAX_WAITS) {
      return "Job %s cannot be awaited: this process has %,d waits already, which is the maximum. Cancel the waits that nobody needs, or find the job later."
          .formatted(jobId, MAX_WAITS);
    }
    return null;
  }

  private void remove(UUID jobId, CompletableFuture<Job> wait) {
    synchronized (lock) {
      Awaited job = awaited.get(jobId);
      if (job != null && job.waits.removeIf(each -> each == wait)) {
        waits--;
        if (job.waits.isEmpty()) {
          awaited.remove(jobId);
          forgetLater(jobId, job);
        }
      }
    }
  }

  private void forgetLater(UUID jobId, Awaited job) {
    if (job.notedNanos != null) {
      noLongerAwaited.add(jobId);
    }
  }

  /** Somebody says that these jobs have changed. */
  void hear(Set<UUID> jobIds) {
    boolean concerns = false;
    synchronized (lock) {
      long now = System.nanoTime();
      for (UUID jobId : jobIds) {
        Awaited job = awaited.get(jobId);
        if (job != null) {
          job.lookAtNanos = now;
          concerns = true;
        }
      }
    }
    if (concerns) {
      loop.wake();
    }
  }

  private Duration step() {
    boolean notified = isNotified.getAsBoolean();
    long now = System.nanoTime();
    // What was said while nobody listened is said again by the table
    boolean looksAtAll = notified && !wasNotified;
    wasNotified = notified;
    List<UUID> toNote =
        select(job -> job.notedNanos == null || now - job.notedNanos >= NOTE_AGAIN_AFTER.toNanos());
    List<UUID> due = select(job -> looksAtAll || job.lookAtNanos - now <= 0);
    for (List<UUID> some : parts(toNote, MAX_IN_STATEMENT)) {
      store.await(process, some.stream().map(id -> new Note(id, false)).toList(), NOTE_VALID_FOR);
      noted(some, now);
    }
    for (List<UUID> some : parts(due, MAX_IN_STATEMENT)) {
      lookAt(some, notified);
    }
    forget();
    return untilNext();
  }

  private List<UUID> select(Predicate<Awaited> condition) {
    synchronized (lock) {
      return awaited.entrySet().stream()
          .filter(each -> condition.test(each.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  private void noted(List<UUID> jobIds, long now) {
    synchronized (lock) {
      for (UUID jobId : jobIds) {
        Awaited job = awaited.get(jobId);
        if (job == null) {
          noLongerAwaited.add(jobId);
        } else {
          job.notedNanos = now;
        }
      }
    }
  }

  private void lookAt(List<UUID> jobIds, boolean notified) {
    synchronized (lock) {
      long now = System.nanoTime();
      for (UUID jobId : jobIds) {
        Awaited job = awaited.get(jobId);
        if (job != null) {
          // Before the look: what is heard meanwhile has it look again
          job.lookAtNanos = now + pause(job.looks++, notified).toNanos();
        }
      }
    }
    Found found = store.endedAmong(jobIds);
    found.missing().forEach(jobId -> fail(jobId, new JobNotFoundException(jobId)));
    for (List<UUID> some : parts(found.ended(), MAX_READ)) {
      Map<UUID, Job> jobs = new HashMap<>();
      reader.apply(some).forEach(job -> jobs.put(job.id(), job));
      for (UUID jobId : some) {
        Job job = jobs.get(jobId);
        if (job == null) {
          fail(jobId, new JobNotFoundException(jobId));
        } else if (job.status().isTerminal()) {
          // It may have been retried since
          take(jobId).forEach(wait -> complete(() -> wait.complete(job)));
        }
      }
    }
  }

  private static Duration pause(int looks, boolean notified) {
    if (looks < FIRST_PAUSES.size()) {
      Duration first = FIRST_PAUSES.get(looks);
      return notified || first.compareTo(OFTEN) < 0 ? first : OFTEN;
    }
    return notified ? RARELY : OFTEN;
  }

  private void fail(UUID jobId, JobsException failure) {
    take(jobId).forEach(wait -> complete(() -> wait.completeExceptionally(failure)));
  }

  private void complete(Runnable completion) {
    try {
      completers.execute(completion);
    } catch (RuntimeException | Error e) {
      // The runtime is being closed, or there is no memory for a thread; nobody else completes it
      completion.run();
    }
  }

  private List<CompletableFuture<Job>> take(UUID jobId) {
    synchronized (lock) {
      Awaited job = awaited.remove(jobId);
      if (job == null) {
        return List.of();
      }
      forgetLater(jobId, job);
      waits -= job.waits.size();
      return List.copyOf(job.waits);
    }
  }

  private void forget() {
    List<UUID> gone;
    synchronized (lock) {
      // Somebody may await it again
      noLongerAwaited.removeIf(awaited::containsKey);
      gone = List.copyOf(noLongerAwaited);
    }
    for (List<UUID> some : parts(gone, MAX_IN_STATEMENT)) {
      store.forget(process, some);
      synchronized (lock) {
        noLongerAwaited.removeAll(Set.copyOf(some));
        // Somebody awaits it again, and the note may have been deleted
        some.stream()
            .map(awaited::get)
            .forEach(
                job -> {
                  if (job != null) {
                    job.notedNanos = null;
                  }
                });
      }
    }
  }

  private Duration untilNext() {
    synchronized (lock) {
      long now = System.nanoTime();
      long nanos = IDLE.toNanos();
      for (Awaited job : awaited.values()) {
        long toNote =
            job.notedNanos == null ? 0 : job.notedNanos + NOTE_AGAIN_AFTER.toNanos() - now;
        nanos = Math.min(nanos, Math.min(job.lookAtNanos - now, toNote));
      }
      return Duration.ofNanos(Math.max(0, nanos));
    }
  }

  private static List<List<UUID>> parts(Collection<UUID> ids, int size) {
    List<UUID> all = List.copyOf(ids);
    List<List<UUID>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      parts.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return parts;
  }

  /** Ends all waits exceptionally. */
  @Override
  public void close() {
    Set<UUID> left;
    boolean wasStarted;
    synchronized (lock) {
      closed = true;
      wasStarted = started;
      left = Set.copyOf(awaited.keySet());
    }
    left.forEach(
        jobId ->
            fail(
                jobId,
                new JobsException(
                    "The runtime was closed while job %s was awaited. The job continues; another process, or this one after its next start, can await it."
                        .formatted(jobId),
                    null,
                    jobId,
                    null)));
    completers.shutdown();
    if (!wasStarted) {
      return;
    }
    try {
      if (loop.close(MAX_CLOSE)) {
        forget();
      }
      boolean unused = completers.awaitTermination(MAX_CLOSE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The notes are deleted when they are no longer valid
    }
  }
}
