package dev.tenon.jobs.intercept;

import dev.tenon.jobs.SubmitOptions;

/**
 * Code that is called for each job before it is submitted: it may add headers, change other
 * options, or refuse the job. Registered with the runtime, it runs on the thread that submits, so
 * it can read what belongs to that thread, such as the tenant or the user of a web request:
 *
 * <pre>{@code
 * SubmitInterceptor tenants =
 *     submission -> submission.options().withHeader(TENANT, currentTenant());
 * }</pre>
 *
 * <p>Each job is passed once: single jobs, each of many, those with unique components, in
 * transactions of the caller or not, those that are submitted by hand, those that are added to a
 * workflow, and each job that a submitted workflow has already. A task that makes its jobs later is
 * passed once, without a payload, and its jobs get the options of the task. Runs of schedules are
 * not passed, because any process may submit them: {@code ScheduleOptions} has their headers.
 *
 * <p>Several interceptors are called in their order, and each sees the options that the one before
 * it returned. Implementations must be thread-safe, and should not wait for anything: a submit of
 * 10,000 jobs calls them 10,000 times.
 */
@FunctionalInterface
public interface SubmitInterceptor extends JobInterceptor {

  /**
   * Decides on the options of a job.
   *
   * @return the options that the job is submitted with; {@code submission.options()} to change
   *     nothing
   * @throws RuntimeException to refuse the job. The caller of the submit gets this exception, and
   *     nothing of that call is submitted
   */
  SubmitOptions intercept(JobSubmission submission);
}
