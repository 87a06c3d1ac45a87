package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.BatchDeclaration;
import dev.tenon.jobs.processor.model.Durations;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration.Form;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.List;
import javax.lang.model.element.TypeElement;

/** The rules for handlers that take several jobs with one call. */
public final class BatchCheck {

  private static final String BY = "@Batch(by = …)";

  private final Report report;
  private final PayloadComponents batchBy;

  /** A check that adds to a report. */
  public BatchCheck(Report report) {
    this.report = report;
    this.batchBy =
        new PayloadComponents(
            report,
            BY,
            LimitCheck::isKey,
            "It takes a string, a whole number, a boolean, a UUID, an enum");
  }

  /** Checks a handler. */
  public void check(HandlerDeclaration handler) {
    TypeElement element = handler.element();
    if (handler.form() == Form.BOTH) {
      report.add(
          Diagnostic.BATCH,
          SourcePosition.of(element),
          "%s implements both JobHandler and BatchJobHandler, but a job type has one handler"
              .formatted(element.getSimpleName()),
          "Implement one of them");
      return;
    }
    if (handler.batch().isEmpty()) {
      return;
    }
    BatchDeclaration batch = handler.batch().get();
    if (handler.form() == Form.SINGLE) {
      report.add(
          Diagnostic.BATCH,
          batch.position(),
          "@Batch is on %s, which implements JobHandler and takes one job at a time"
              .formatted(element.getSimpleName()),
          "Implement BatchJobHandler, or remove @Batch");
      return;
    }
    if (handler.hasSteps()) {
      report.add(
          Diagnostic.BATCH,
          SourcePosition.of(element),
          "%s implements BatchJobHandler, but declares steps, waits or a cursor, which belong to one job"
              .formatted(element.getSimpleName()),
          "Implement JobHandler, or remove them");
    }
    if (!batch.isInRange()) {
      report.add(
          Diagnostic.BATCH_SIZE,
          batch.maxJobs().position(),
          batch.maxJobs().value(),
          BatchDeclaration.MIN_JOBS,
          BatchDeclaration.MAX_JOBS);
    }
    if (!DurationRange.BATCH_WAIT.contains(batch.maxWait())) {
      report.add(
          Diagnostic.BATCH_WAIT,
          batch.maxWait().position(),
          Durations.FORMS,
          batch.maxWait().value());
    }
  }

  /**
   * Checks the component that the jobs of a batch have in common.
   *
   * @param components the components of the payload
   */
  public void checkKey(BatchDeclaration batch, ClassName payload, List<Component> components) {
    batchBy.check(batch.by(), payload, components);
    LimitCheck.checkSensitive(report, BY, "batches", batch.by(), components);
  }
}
