package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;

/**
 * The checks of everything in a round except job types and handlers. Both processors make them. The
 * processor of the single types reports the faults. The module's processor has to know whether a
 * fault ends the compilation, because then there is no further round to write the module in.
 */
public final class RoundChecks {

  private final CheckedByStep checkedBy;
  private final TaskInputOwnersStep inputOwners;
  private final SensitiveStep sensitive;
  private final StepOwnersStep stepOwners;

  /** Creates the checks. */
  public RoundChecks(ProcessingEnvironment environment) {
    this.checkedBy = new CheckedByStep(environment);
    this.inputOwners = new TaskInputOwnersStep(environment);
    this.sensitive = new SensitiveStep(environment);
    this.stepOwners = new StepOwnersStep(environment);
  }

  /** Checks the elements of a round. */
  public void process(RoundEnvironment round, Report report) {
    checkedBy.process(round, report);
    inputOwners.process(round, report);
    sensitive.process(round, report);
    stepOwners.process(round, report);
  }
}
