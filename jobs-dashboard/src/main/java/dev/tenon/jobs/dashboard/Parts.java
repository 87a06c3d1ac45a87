package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The data of a page, read in parallel. If a part takes too long, the page says that it is missing
 * instead of failing. Used by one thread, which renders the page.
 */
final class Parts {

  /** The database gives up a statement after two seconds. */
  private static final Duration PATIENCE = Duration.ofMillis(2_100);

  private final Executor executor;
  private final long startNanos = System.nanoTime();
  private final List<String> missing = new ArrayList<>();

  Parts(Executor executor) {
    this.executor = executor;
  }

  /** Begins to read a part; {@link #get} gives it. */
  <T> CompletableFuture<T> read(Supplier<T> read) {
    return CompletableFuture.supplyAsync(read, executor);
  }

  /**
   * A part.
   *
   * @param part what {@link #read} gave
   * @param what it is, such as {@code waiting jobs}
   * @param otherwise stands for it if it takes too long
   */
  <T> T get(CompletableFuture<T> part, String what, T otherwise) {
    Duration left = PATIENCE.minusNanos(System.nanoTime() - startNanos);
    try {
      return Shared.get(part, left.isNegative() ? Duration.ZERO : left);
    } catch (TimeoutException e) {
      missing.add(what);
      return otherwise;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JobStoreException failure
          && !(failure instanceof JobStoreRefusedException)
          && DatabaseAwayException.problem(failure).isEmpty()) {
        missing.add(what);
        return otherwise;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("A part of a page could not be read.", e.getCause());
    }
  }

  /** The missing parts and the reason, in a sentence; empty if all are there. */
  List<String> problems() {
    return missing.isEmpty()
        ? List.of()
        : List.of(
            "Not shown: "
                + String.join(", ", missing)
                + ". The database did not respond within 2 seconds: it is busy, or the jobs table has"
                + " many dead rows. VACUUM removes them, unless a transaction has been open for a"
                + " long time.");
  }
}
