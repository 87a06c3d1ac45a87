package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of one type. A handler class is annotated with {@code @JobType("the.type")}; one
 * instance runs all jobs of its type, many at a time, so it must be thread-safe.
 *
 * <p>Delivery is at least once: a job whose worker dies after its work but before its outcome is
 * recorded runs again. Make effects outside of PostgreSQL idempotent, for instance by {@link
 * JobContext#jobId()}.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns; {@link Void} if nothing
 */
@FunctionalInterface
public interface JobHandler<P, R> {

  /**
   * Does the work of one job.
   *
   * @param payload the payload, decoded and validated
   * @param context the job that the handler runs, and the methods to report its progress
   * @return the result; null only where the result type is {@link Void}
   * @throws Exception if the attempt failed. The job is attempted again according to the retry
   *     policy of its type. A {@link PermanentJobException} fails the job immediately, a {@link
   *     RetryJobException} sets how long it waits, and {@link JobContext#snooze} puts it off
   *     without counting the attempt.
   */
  @Nullable R execute(P payload, JobContext context) throws Exception;
}
