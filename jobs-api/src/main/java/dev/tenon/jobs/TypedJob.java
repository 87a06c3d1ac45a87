package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * A job with its payload and its result as Java values. {@link #toString()} leaves both out.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 * @param job the job
 * @param payload the payload
 * @param result what the handler returned; null before the job has completed, and if it returned
 *     nothing
 */
public record TypedJob<P, R>(Job job, P payload, @Nullable R result) {

  /** The job without its payload and its result. */
  @Override
  public String toString() {
    return job.toString();
  }
}
