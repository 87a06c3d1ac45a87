package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.definition.JobDefinition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Waits for jobs of a type. */
final class TypedWaits {

  private TypedWaits() {}

  /**
   * A wait whose job is read as one of a type. If the caller cancels it, the wait below it is
   * cancelled, too.
   */
  static <P, R> CompletionStage<TypedJob<P, R>> of(
      JobDefinition<P, R> definition,
      CompletableFuture<Job> wait,
      Function<Job, TypedJob<P, R>> reading) {
    CompletableFuture<TypedJob<P, R>> typed = new CompletableFuture<>();
    var unused =
        wait.whenComplete(
            (job, failure) -> {
              if (failure != null) {
                typed.completeExceptionally(failure);
              } else if (!definition.isNamed(job.type())) {
                typed.completeExceptionally(new JobNotFoundException(job.id()));
              } else {
                try {
                  typed.complete(reading.apply(job));
                } catch (RuntimeException | Error e) {
                  typed.completeExceptionally(e);
                }
              }
            });
    var unusedToo = typed.whenComplete((job, failure) -> wait.cancel(false));
    return typed;
  }
}
