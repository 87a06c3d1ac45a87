package dev.tenon.jobs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job of a batch, for a {@link BatchJobHandler}. Thread-safe: threads that the handler starts may
 * use it until the handler returns.
 *
 * <p>The first method that ends the job counts; later ones have no effect. They have none either if
 * the job was cancelled, has timed out or was given to another worker. The end is recorded when the
 * handler returns, or within about a second if it takes longer.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 *
 * @param <P> the payload record
 * @param <R> the result of a job; {@link Void} if there is none
 */
public interface BatchJob<P, R> {

  /** The payload, decoded and validated. */
  P payload();

  /**
   * The job's own context: its id, attempt, progress, log, deadline and cancellation. The thread is
   * interrupted only when all jobs of the batch have ended or should stop.
   */
  JobContext context();

  /**
   * Ends the job as completed. If the result is not valid, the job has failed instead.
   *
   * @param result the result; null only where the result type is {@link Void}
   */
  void complete(@Nullable R result);

  /**
   * Ends this attempt of the job as failed, and no other job.
   *
   * @param failure the reason, with the same meaning as if a {@link JobHandler} had thrown it: a
   *     {@link PermanentJobException} fails the job immediately, and a {@link RetryJobException}
   *     sets how long it waits
   */
  void fail(Throwable failure);

  /**
   * Puts the job off: this attempt does not count, and the next one starts after that time.
   *
   * @param delay how long the job waits
   * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days
   */
  default void snooze(Duration delay) {
    fail(context().snooze(delay));
  }

  /**
   * Returns true if the job has ended, so that nothing that the handler does with it counts: the
   * handler has said how, or the job was taken away.
   */
  boolean isEnded();
}
