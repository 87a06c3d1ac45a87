package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.definition.JobDefinition;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Asserts what was submitted. {@link JobAssertions#assertThat(dev.tenon.jobs.JobService)} makes it.
 * Each method reads the jobs again.
 */
public final class JobsAssert {

  private static final int MAX_SHOWN = 10;

  private final JobReader reader;

  JobsAssert(JobReader reader) {
    this.reader = reader;
  }

  /**
   * Asserts that a job of this type was submitted, whatever has happened to it since.
   *
   * @param definition the type, such as {@code WidgetBatchJob.DEFINITION}
   * @return assertions about the jobs of this type
   */
  public <P, R> SubmittedJobsAssert<P, R> submitted(JobDefinition<P, R> definition) {
    List<TypedJob<P, R>> jobs = reader.jobs(definition);
    if (jobs.isEmpty()) {
      throw new AssertionError(
          "Expected a job of type '%s' to be submitted, but found %s"
              .formatted(definition.type(), describe(reader.all(JobQuery.all()))));
    }
    return new SubmittedJobsAssert<>(definition, jobs, jobs, "");
  }

  /** Asserts that no job of this type was submitted. */
  public JobsAssert submittedNo(JobDefinition<?, ?> definition) {
    List<JobSummary> jobs = reader.all(JobQuery.all().withType(definition));
    if (!jobs.isEmpty()) {
      throw new AssertionError(
          "Expected no job of type '%s' to be submitted, but found %s"
              .formatted(definition.type(), describe(jobs)));
    }
    return this;
  }

  /** Asserts that no job was submitted at all. */
  public JobsAssert submittedNothing() {
    List<JobSummary> jobs = reader.all(JobQuery.all());
    if (!jobs.isEmpty()) {
      throw new AssertionError("Expected no job to be submitted, but found " + describe(jobs));
    }
    return this;
  }

  private static String describe(List<JobSummary> jobs) {
    if (jobs.isEmpty()) {
      return "no jobs.";
    }
    return jobs.size()
        + (jobs.size() == 1 ? " job:" : " jobs:")
        + jobs.stream()
            .limit(MAX_SHOWN)
            .map(
                job ->
                    "%n  '%s', %s, submitted by '%s', due at %s"
                        .formatted(job.type(), job.status().code(), job.submittedBy(), job.runAt()))
            .collect(Collectors.joining())
        + (jobs.size() > MAX_SHOWN ? "%n  …".formatted() : "");
  }
}
