package dev.tenon.jobs;

import java.util.Optional;

/**
 * A job with its payload and its result as Java values, as of the time when it was read. Its {@code
 * toString()} leaves both out.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public interface TypedJob<P, R> {

  /** The job, with payload and result as JSON. */
  Job job();

  /**
   * The value of a header; empty if the job does not have it.
   *
   * @throws JobsException if the stored value is not one of this header's type
   */
  default <T> Optional<T> header(Header<T> header) {
    return job().header(header);
  }

  /** The payload. */
  P payload();

  /**
   * The result of the handler; empty before the job has completed, and if the handler returned
   * nothing.
   */
  Optional<R> result();
}
