package dev.tenon.jobs.dashboard;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is looked up in the background, once for all who ask for it at the same time.
 * Thread-safe.
 *
 * @param <T> its type
 */
final class Shared<T> {

  private final Executor executor;
  private final Duration fresh;
  private final Supplier<T> lookUp;
  private @Nullable CompletableFuture<T> latest;
  private volatile @Nullable T known;
  private long doneNanos;

  /**
   * A value; nothing is looked up yet.
   *
   * @param executor runs what looks it up
   * @param fresh how long the answer is good for, a failure included
   * @param lookUp looks it up
   */
  Shared(Executor executor, Duration fresh, Supplier<T> lookUp) {
    this.executor = executor;
    this.fresh = fresh;
    this.lookUp = lookUp;
  }

  /**
   * The value, looked up again if it is no longer fresh.
   *
   * @param patience how long to wait for it
   * @throws TimeoutException if it takes longer; the look-up continues, and the next caller may get
   *     its result
   * @throws ExecutionException if looking it up has failed
   */
  T within(Duration patience) throws TimeoutException, ExecutionException {
    return get(ask(), patience);
  }

  /** Waits for a value that was requested earlier; as {@link #within}. */
  static <T> T get(CompletableFuture<T> asked, Duration patience)
      throws TimeoutException, ExecutionException {
    try {
      return asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(503, "The dashboard is shutting down.", e);
    }
  }

  /** The last value, however old; empty if there was none. */
  Optional<T> known() {
    return Optional.ofNullable(known);
  }

  /** The value that is being looked up, or is fresh; it is looked up if there is none. */
  synchronized CompletableFuture<T> ask() {
    CompletableFuture<T> current = latest;
    if (current != null && (!current.isDone() || System.nanoTime() - doneNanos < fresh.toNanos())) {
      return current;
    }
    CompletableFuture<T> next = new CompletableFuture<>();
    latest = next;
    executor.execute(() -> run(next));
    return next;
  }

  private void run(CompletableFuture<T> next) {
    try {
      T found = lookUp.get();
      known = found;
      done();
      next.complete(found);
    } catch (RuntimeException | Error e) {
      done();
      next.completeExceptionally(e);
    }
  }

  private synchronized void done() {
    doneNanos = System.nanoTime();
  }
}
