package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.dashboard.Format.When;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job in a table.
 *
 * @param canTick whether the user may tick it, to change it with others
 */
record JobRow(
    String id,
    String shortId,
    String type,
    String status,
    String priority,
    String item,
    String by,
    When submitted,
    String attempts,
    String took,
    String error,
    boolean canTick,
    boolean isRunning,
    String progress) {

  boolean hasItem() {
    return !item.isEmpty();
  }

  boolean hasError() {
    return !error.isEmpty();
  }

  /** Jobs that cannot be ticked. */
  static List<JobRow> of(List<JobSummary> jobs, Format format) {
    return jobs.stream().map(job -> of(job, format, false)).toList();
  }

  /** Jobs; the user may select those that they may change. */
  static List<JobRow> toTick(List<JobSummary> jobs, Call call) {
    return jobs.stream()
        .map(job -> of(job, call.format(), call.user().may(Right.ACT, job.type())))
        .toList();
  }

  private static JobRow of(JobSummary job, Format format, boolean canTick) {
    String id = job.id().toString();
    return new JobRow(
        id,
        id.substring(id.length() - 8),
        job.type(),
        job.status().code(),
        job.priority().code(),
        job.itemId().orElse(""),
        job.submittedBy(),
        format.when(job.submittedAt()),
        job.attempts() + " of " + job.maxAttempts(),
        took(job),
        error(job.error().orElse(null)),
        canTick,
        job.status() == dev.tenon.jobs.JobStatus.RUNNING,
        Integer.toString(job.progress()));
  }

  private static String took(JobSummary job) {
    return job.startedAt().isEmpty() || job.finishedAt().isEmpty()
        ? ""
        : Format.exact(
            Duration.between(job.startedAt().orElseThrow(), job.finishedAt().orElseThrow()));
  }

  /** An error in one line. */
  static String error(@Nullable JobError error) {
    if (error == null) {
      return "";
    }
    String name = error.errorClass().map(JobRow::simple).orElse(error.reason().code());
    return error.message().map(message -> name + ": " + message).orElse(name);
  }

  /** The name of a class without its package. */
  static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
