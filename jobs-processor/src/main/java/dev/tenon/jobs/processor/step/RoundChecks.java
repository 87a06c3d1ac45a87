package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;

/**
 * The checks of what a round brings apart from job types and handlers. Both processors make them:
 * that of the single types reports what they find, and that of the module has to know whether a
 * fault ends the compilation, since then no other round comes in which it could be written.
 */
public final class RoundChecks {

  private final CheckedByStep checkedBy;
  private final TaskInputOwnersStep inputOwners;
  private final SensitiveStep sensitive;

  /** The checks. */
  public RoundChecks(ProcessingEnvironment environment) {
    this.checkedBy = new CheckedByStep(environment);
    this.inputOwners = new TaskInputOwnersStep(environment);
    this.sensitive = new SensitiveStep(environment);
  }

  /** Checks what a round brings. */
  public void process(RoundEnvironment round, Report report) {
    checkedBy.process(round, report);
    inputOwners.process(round, report);
    sensitive.process(round, report);
  }
}
