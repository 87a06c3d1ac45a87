package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.operate.EventPosition;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.store.AwaitStore;
import dev.tenon.jobs.internal.store.AwaitStore.Note;
import dev.tenon.jobs.internal.store.AwaitStore.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that subscribers of this process follow. One statement looks at many of them; only for
 * those whose log has grown, another one reads the new lines. Thread-safe.
 */
final class JobStreams implements AutoCloseable, JobStream.Owner {

  /** The largest number of subscriptions at a time. */
  static final int MAX_STREAMS = 1_000;

  /** The pause between looks if notifications arrive: one may be lost. */
  private static final Duration RARELY = Duration.ofSeconds(3);

  /** The pause between looks otherwise. */
  private static final Duration OFTEN = Duration.ofMillis(250);

  /** The shortest pause between looks at a job: many changes are passed on together. */
  private static final Duration MIN_PAUSE = Duration.ofMillis(50);

  private static final Duration NOTE_VALID_FOR = Duration.ofSeconds(90);
  private static final Duration NOTE_AGAIN_AFTER = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  /** The number of threads that call subscribers. */
  private static final int CALLERS = 4;

  private final UUID process = UUID.randomUUID();
  private final AwaitStore store;
  private final ReadStore reads;
  private final BooleanSupplier isNotified;
  private final Runnable listening;
  private final BackgroundLoop loop;
  private final ThreadPoolExecutor callers;

  /** Guards what follows. */
  private final Object lock = new Object();

  private final Map<UUID, Followed> followed = new HashMap<>();
  private final List<UUID> noLongerFollowed = new ArrayList<>();
  private int streams;
  private boolean started;
  private boolean closed;

  /** A job that is followed. */
  private static final class Followed {

    private final List<JobStream> streams = new ArrayList<>();
    private long lookAtNanos;
    private long lookedNanos;
    private @Nullable Long notedNanos;

    Followed(long now) {
      this.lookAtNanos = now;
      this.lookedNanos = now - MIN_PAUSE.toNanos();
    }

    /** Looks soon, unless it has just looked: then a moment later. */
    void lookSoon(long now) {
      long soon = Math.max(now, lookedNanos + MIN_PAUSE.toNanos());
      if (soon - lookAtNanos < 0) {
        lookAtNanos = soon;
      }
    }
  }

  /**
   * Creates it without subscriptions.
   *
   * @param isNotified whether notifications over PostgreSQL reach this process at the moment
   * @param listening makes this process listen, if it does not yet
   */
  JobStreams(AwaitStore store, ReadStore reads, BooleanSupplier isNotified, Runnable listening) {
    this.store = store;
    this.reads = reads;
    this.isNotified = isNotified;
    this.listening = listening;
    this.loop =
        BackgroundLoop.named("tenon-following")
            .description("Looking at jobs that somebody follows")
            .whatFollowsAFailure("Those who follow jobs see nothing new until it succeeds.")
            .retryPause(OFTEN, RARELY)
            .repeat(this::step);
    AtomicInteger threads = new AtomicInteger();
    this.callers =
        new ThreadPoolExecutor(
            CALLERS,
            CALLERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tenon-events-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    callers.allowCoreThreadTimeOut(true);
  }

  /** A publisher of what happens to a job after a position. */
  Flow.Publisher<JobEvent> publisher(UUID jobId, EventPosition position) {
    return subscriber -> {
      Objects.requireNonNull(subscriber, "subscriber");
      subscribe(new JobStream(jobId, position, subscriber, this), subscriber);
    };
  }

  private void subscribe(JobStream stream, Flow.Subscriber<? super JobEvent> subscriber) {
    @Nullable String refusal;
    synchronized (lock) {
      refusal = refusal(stream.jobId());
      if (refusal == null) {
        if (!started) {
          listening.run();
          loop.start();
          started = true;
        }
        streams++;
        followed
            .computeIfAbsent(stream.jobId(), any -> new Followed(System.nanoTime()))
            .streams
            .add(stream);
      }
    }
    try {
      subscriber.onSubscribe(stream);
    } catch (Throwable e) {
      ended(stream);
      throw e;
    }
    if (refusal != null) {
      stream.fail(new JobsException(refusal, null, stream.jobId(), null));
    }
    stream.begin();
  }

  private @Nullable String refusal(UUID jobId) {
    if (closed) {
      return "Job %s cannot be followed, because the runtime is closed.".formatted(jobId);
    }
    if (streams == MAX_STREAMS) {
      return "Job %s cannot be followed: this process has %,d subscriptions already, which is the maximum. Cancel those that nobody needs."
          .formatted(jobId, MAX_STREAMS);
    }
    return null;
  }

  @Override
  public Page<JobLogEntry> lines(UUID jobId, long after, int max) {
    return reads.logs(jobId, JobLogQuery.all().withCursor(Cursors.ofLine(after)).withLimit(max));
  }

  @Override
  public void lookSoon(UUID jobId) {
    hear(Set.of(jobId));
  }

  @Override
  public void ended(JobStream stream) {
    synchronized (lock) {
      Followed job = followed.get(stream.jobId());
      if (job != null && job.streams.remove(stream)) {
        streams--;
        if (job.streams.isEmpty()) {
          followed.remove(stream.jobId());
          if (job.notedNanos != null) {
            noLongerFollowed.add(stream.jobId());
          }
        }
      }
    }
  }

  /** Somebody says that these jobs have changed. */
  void hear(Set<UUID> jobIds) {
    boolean concerns = false;
    synchronized (lock) {
      long now = System.nanoTime();
      for (UUID jobId : jobIds) {
        Followed job = followed.get(jobId);
        if (job != null) {
          job.lookSoon(now);
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
    List<UUID> toNote =
        select(job -> job.notedNanos == null || now - job.notedNanos >= NOTE_AGAIN_AFTER.toNanos());
    if (!toNote.isEmpty()) {
      store.await(process, toNote.stream().map(id -> new Note(id, true)).toList(), NOTE_VALID_FOR);
      noted(toNote, now);
    }
    List<UUID> due =
        select(
            job ->
                job.lookAtNanos - now <= 0
                    && job.streams.stream().anyMatch(JobStream::wantsEvents));
    if (!due.isEmpty()) {
      looked(due, notified);
      store.snapshots(due).forEach(this::passOn);
    }
    forget();
    return untilNext();
  }

  private List<UUID> select(Predicate<Followed> condition) {
    synchronized (lock) {
      return followed.entrySet().stream()
          .filter(each -> condition.test(each.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  private void noted(List<UUID> jobIds, long now) {
    synchronized (lock) {
      for (UUID jobId : jobIds) {
        Followed job = followed.get(jobId);
        if (job == null) {
          noLongerFollowed.add(jobId);
        } else {
          job.notedNanos = now;
        }
      }
    }
  }

  /** Before the look: what is heard meanwhile has it look again. */
  private void looked(List<UUID> jobIds, boolean notified) {
    synchronized (lock) {
      long now = System.nanoTime();
      for (UUID jobId : jobIds) {
        Followed job = followed.get(jobId);
        if (job != null) {
          job.lookedNanos = now;
          job.lookAtNanos = now + (notified ? RARELY : OFTEN).toNanos();
        }
      }
    }
  }

  private void passOn(Snapshot snapshot) {
    List<JobStream> of;
    synchronized (lock) {
      Followed job = followed.get(snapshot.jobId());
      of = job == null ? List.of() : List.copyOf(job.streams);
    }
    for (JobStream stream : of) {
      if (stream.wantsEvents() && stream.offer(snapshot)) {
        try {
          callers.execute(stream::advance);
        } catch (RejectedExecutionException e) {
          // The runtime is closed, which ends all streams
        }
      }
    }
  }

  private void forget() {
    List<UUID> gone;
    synchronized (lock) {
      // Somebody may follow it again
      noLongerFollowed.removeIf(followed::containsKey);
      gone = List.copyOf(noLongerFollowed);
      noLongerFollowed.clear();
    }
    if (gone.isEmpty()) {
      return;
    }
    store.forget(process, gone);
    synchronized (lock) {
      for (UUID jobId : gone) {
        Followed job = followed.get(jobId);
        if (job != null) {
          // Its note may have been deleted
          job.notedNanos = null;
        }
      }
    }
  }

  private Duration untilNext() {
    synchronized (lock) {
      long now = System.nanoTime();
      long nanos = IDLE.toNanos();
      for (Followed job : followed.values()) {
        nanos =
            Math.min(
                nanos,
                job.notedNanos == null ? 0 : job.notedNanos + NOTE_AGAIN_AFTER.toNanos() - now);
        if (job.streams.stream().anyMatch(JobStream::wantsEvents)) {
          nanos = Math.min(nanos, job.lookAtNanos - now);
        }
      }
      return Duration.ofNanos(Math.max(0, nanos));
    }
  }

  /** Ends all subscriptions with an error. */
  @Override
  public void close() {
    List<JobStream> left = new ArrayList<>();
    boolean wasStarted;
    synchronized (lock) {
      closed = true;
      wasStarted = started;
      followed.values().forEach(job -> left.addAll(job.streams));
    }
    for (JobStream stream : left) {
      stream.fail(
          new JobsException(
              "The runtime was closed while job %s was followed. The job continues; follow it again from the last event, in this process or another one."
                  .formatted(stream.jobId()),
              null,
              stream.jobId(),
              null));
    }
    callers.shutdown();
    if (!wasStarted) {
      return;
    }
    try {
      if (loop.close(MAX_CLOSE)) {
        forget();
      }
      boolean unused = callers.awaitTermination(MAX_CLOSE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The notes are deleted when they are no longer valid
    }
  }
}
