package dev.tenon.jobs.dashboard;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes pages within three seconds or says why not, whatever the database does. What is given up is
 * interrupted, and ends as soon as the driver lets it. Thread-safe.
 */
final class BoundedPages {

  private static final Duration PATIENCE = Duration.ofMillis(2_800);

  private final ExecutorService threads;

  BoundedPages(ExecutorService threads) {
    this.threads = threads;
  }

  /**
   * The response of a read-only page.
   *
   * @param sinceNanos when the request came
   * @throws RefusedException with status 503 if it is too late
   */
  DashboardResponse answer(Page page, Call call, long sinceNanos) {
    CompletableFuture<DashboardResponse> answer = new CompletableFuture<>();
    Future<?> work = start(page, call, answer);
    try {
      long left = PATIENCE.toNanos() - (System.nanoTime() - sinceNanos);
      return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      RefusedException late =
          new RefusedException(
              503,
              "The database is busy or not responding: this page was not ready within 3 seconds."
                  + " Try again, or narrow the search by type, status or a shorter period.",
              e);
      if (answer.completeExceptionally(late)) {
        work.cancel(true);
        throw late;
      }
      return answer.join();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("A page failed.", e.getCause());
    } catch (InterruptedException e) {
      work.cancel(true);
      Thread.currentThread().interrupt();
      throw new RefusedException(503, "The dashboard is shutting down.", e);
    }
  }

  private Future<?> start(Page page, Call call, CompletableFuture<DashboardResponse> answer) {
    try {
      return threads.submit(() -> make(page, call, answer));
    } catch (RejectedExecutionException e) {
      throw new RefusedException(
          503, "Too many pages are being requested at the same time. Try again.", e);
    }
  }

  private static void make(Page page, Call call, CompletableFuture<DashboardResponse> answer) {
    if (answer.isDone()) {
      return;
    }
    try {
      DashboardResponse made = page.answer(call);
      if (!answer.complete(made)) {
        made.stream().ifPresent(DashboardResponse.Stream::abandon);
      }
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }
}
