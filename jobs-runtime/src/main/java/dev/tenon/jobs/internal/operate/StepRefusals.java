package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.internal.store.StepChanges;
import java.util.UUID;

/**
 * The exceptions for changes of steps that are refused, with their messages.
 *
 * @param jobId the job
 * @param jobType its type
 * @param status its status
 */
public record StepRefusals(UUID jobId, String jobType, JobStatus status) {

  /** Returns the exception for a step that cannot be decided. */
  public JobsException undecided(StepChanges.Problem problem, String name, String key) {
    return switch (problem) {
      case NO_SUCH_JOB -> new JobNotFoundException(jobId);
      case JOB_ENDED ->
          refused(
              "Job %s of type '%s' is %s; a step can be decided only until the job has ended. Run the job again from the step."
                  .formatted(jobId, jobType, status.code()));
      case NO_SUCH_STEP ->
          refused(
              "Job %s of type '%s' has no step '%s'%s."
                  .formatted(jobId, jobType, name, withKey(key)));
      case NOT_IN_DOUBT ->
          refused(
              "Step '%s'%s of job %s of type '%s' is not in doubt."
                  .formatted(name, withKey(key), jobId, jobType));
    };
  }

  /** Returns the exception for a job that cannot run again from a step in its status. */
  public JobStateException notRunAgain() {
    return refused(
        "Job %s of type '%s' is %s; only a failed or a cancelled job can be run again from a step."
            .formatted(jobId, jobType, status.code()));
  }

  /** Returns the exception for a task that an earlier task keeps from running again. */
  public JobStateException heldByWorkflow() {
    return refused(
        "Job %s of type '%s' is %s, and is a task of a workflow that cannot start yet, because an earlier task did not meet its condition. Retry that task first."
            .formatted(jobId, jobType, status.code()));
  }

  /** Returns the exception for a job without a record of the step that it is to run again from. */
  public JobStateException noRecord(String name, String key) {
    return refused(
        "Job %s of type '%s' has no record of a step or wait '%s'%s. Retry the job, so that it begins where it stopped."
            .formatted(jobId, jobType, name, withKey(key)));
  }

  private JobStateException refused(String message) {
    return new JobStateException(message, jobType, jobId, status);
  }

  private static String withKey(String key) {
    return key.isEmpty() ? "" : " with the key '" + key + "'";
  }
}
