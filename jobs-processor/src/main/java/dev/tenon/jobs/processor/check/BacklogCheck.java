package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.BacklogDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import java.util.List;

/** The rules for how many jobs of a type may wait. */
public final class BacklogCheck {

  private static final String BY = "@Backlog(by = …)";
  private static final int MAX = 1_000_000;

  private final Report report;
  private final PayloadComponents backlogBy;

  /** A check that adds to a report. */
  public BacklogCheck(Report report) {
    this.report = report;
    this.backlogBy =
        new PayloadComponents(
            report,
            BY,
            LimitCheck::isKey,
            "It takes a string, a whole number, a boolean, a UUID, an enum");
  }

  /**
   * Checks the bound of a declaration.
   *
   * @param components the components of the payload
   */
  public void check(JobDeclaration job, List<Component> components) {
    for (BacklogDeclaration backlog : job.backlog()) {
      int max = backlog.max().value();
      if (max < 1 || max > MAX) {
        report.add(Diagnostic.BACKLOG, backlog.max().position(), max, MAX);
      }
      if (backlog.by().explicit()) {
        backlogBy.check(backlog.by(), job, components);
        LimitCheck.checkSensitive(report, BY, "bounds", backlog.by(), components);
      }
    }
    job.backlog().stream()
        .skip(1)
        .forEach(
            other ->
                report.add(
                    Diagnostic.ONLY_ONE,
                    other.position(),
                    "backlog",
                    job.backlog().size(),
                    "Backlog"));
  }
}
