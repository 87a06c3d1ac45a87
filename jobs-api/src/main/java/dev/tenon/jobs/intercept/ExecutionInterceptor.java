package dev.tenon.jobs.intercept;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;

/**
 * Code that runs around each call of a handler, on the thread of the handler: it may prepare what
 * the handler expects to find on its thread, such as the tenant or the user, and clean up after it.
 *
 * <pre>{@code
 * ExecutionInterceptor tenants =
 *     call -> {
 *       CurrentTenant.set(call.context().header(TENANT).orElseThrow());
 *       try {
 *         call.proceed();
 *       } finally {
 *         CurrentTenant.clear();
 *       }
 *     };
 * }</pre>
 *
 * <p>It runs inside the attempt: after the payload was read and validated, and before the result is
 * stored. Its time counts for the timeout, and what it throws counts as thrown by the handler. A
 * durable handler is called again for each attempt, and so are its interceptors. If the handler
 * ends an attempt early by waiting for a signal or sleeping, {@link HandlerCall#proceed} throws an
 * error that interceptors must pass on: use {@code finally} to clean up.
 *
 * <p>It runs around the handler of one job. A {@link BatchJobHandler} runs without interceptors, so
 * {@link #appliesTo} has to return false for its type: otherwise its worker does not start. Such a
 * handler reads the headers of each job from {@link BatchJob#context}.
 *
 * <p>With several interceptors, the first one is the outermost. Implementations must be
 * thread-safe. Workers in other languages do not call them.
 */
@FunctionalInterface
public interface ExecutionInterceptor extends JobInterceptor {

  /**
   * Runs around a call of a handler. It has to call {@link HandlerCall#proceed} exactly once, or
   * throw.
   *
   * @throws Exception if the attempt has failed: an exception of the handler or of the interceptor.
   *     Then it is decided about the job as if the handler had thrown it: a {@link
   *     PermanentJobException} fails the job, a {@link RetryJobException} sets how long it waits,
   *     and {@link JobContext#snooze} puts it off. If it returns although the handler threw, the
   *     exception of the handler still counts
   */
  void intercept(HandlerCall call) throws Exception;
}
