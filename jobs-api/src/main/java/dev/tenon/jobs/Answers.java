package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The results of jobs that somebody awaits. */
final class Answers {

  private Answers() {}

  /** The result of a job; a caller that cancels it cancels the wait. */
  static <P, R> CompletionStage<R> result(
      JobDefinition<P, R> definition, CompletionStage<TypedJob<P, R>> ended) {
    CompletableFuture<R> result = new CompletableFuture<>();
    CompletableFuture<TypedJob<P, R>> wait = ended.toCompletableFuture();
    var unused =
        wait.whenComplete(
            (job, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
                return;
              }
              try {
                result.complete(resultOf(definition, job));
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    var unusedToo = result.whenComplete((value, failure) -> wait.cancel(false));
    return result;
  }

  /**
   * Returns the result of a job that has ended.
   *
   * @throws JobNotCompletedException if it has failed or was cancelled
   */
  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // null only where R is Void
  static <P, R> R resultOf(JobDefinition<P, R> definition, TypedJob<P, R> typed) {
    Job job = typed.job();
    if (job.status() != JobStatus.COMPLETED) {
      throw new JobNotCompletedException(job);
    }
    if (typed.result().isEmpty() && definition.resultType() != Void.class) {
      throw new JobsException(
          "Job %s of type '%s' has completed, but its worker has returned no result."
              .formatted(job.id(), job.type()),
          job.type(),
          job.id(),
          null);
    }
    return typed.result().orElse(null);
  }

  /** Waits for the end of a job. */
  static <T> T await(CompletionStage<T> ended, String jobType, UUID jobId, Duration timeout)
      throws InterruptedException {
    CompletableFuture<T> wait = ended.toCompletableFuture();
    try {
      return wait.get(nanos(timeout), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new JobAwaitTimeoutException(jobType, jobId, timeout);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JobsException cause) {
        throw cause;
      }
      throw new JobsException(
          "Job %s of type '%s' cannot be awaited.".formatted(jobId, jobType),
          jobType,
          jobId,
          e.getCause());
    } finally {
      wait.cancel(false);
    }
  }

  private static long nanos(Duration timeout) {
    try {
      return Math.max(0, timeout.toNanos());
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
