package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.JobTypeReader.Role;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;

/** The rule that each method with {@code @FromResults} belongs to a payload. */
public final class TaskInputOwnerCheck {

  private final Report report;
  private final JobTypeReader reader;

  /** A check that adds to a report. */
  public TaskInputOwnerCheck(Report report, JobTypeReader reader) {
    this.report = report;
    this.reader = reader;
  }

  /**
   * Checks a method with {@code @FromResults}.
   *
   * @param owner its class
   */
  public void check(ExecutableElement method, TypeElement owner) {
    boolean isDeclared = reader.isDeclared(owner);
    // A class with @JobType that is neither a payload nor a handler is reported as JobsNotRecord
    if (!isDeclared || reader.role(owner) == Role.HANDLER) {
      report.add(
          Diagnostic.TASK_INPUT_OWNER,
          SourcePosition.of(method),
          method.getSimpleName(),
          DisplayNames.name(owner),
          isDeclared ? "a handler" : "not the payload of a job type");
    }
  }
}
