package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.JobTypeReader.Role;
import dev.tenon.jobs.processor.read.StepsReader;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.Elements;

/** The rule that steps, waits and cursors belong to handlers. */
public final class StepOwnerCheck {

  private static final String FIX = "Move it to a class with @JobType that implements JobHandler";

  private final Report report;
  private final JobTypeReader reader;
  private final Elements elements;

  /** A check that adds to a report. */
  public StepOwnerCheck(Report report, JobTypeReader reader, Elements elements) {
    this.report = report;
    this.reader = reader;
    this.elements = elements;
  }

  /**
   * Checks a method with {@code @Step} or {@code @InDoubt}. Those in an interface or an abstract
   * class are steps of the handlers that extend it.
   *
   * @param owner its class
   * @param annotation the simple name of the annotation
   */
  public void check(ExecutableElement method, TypeElement owner, String annotation) {
    boolean isForHandlers =
        owner.getKind().isInterface() || owner.getModifiers().contains(Modifier.ABSTRACT);
    if (!isForHandlers && isNoHandler(owner)) {
      report.add(
          Diagnostic.NO_EFFECT,
          SourcePosition.of(method),
          "@%s on %s()".formatted(annotation, method.getSimpleName()),
          DisplayNames.name(owner) + " is not a handler",
          FIX + ", or to an interface or abstract class of one");
    }
  }

  /**
   * Checks a class with {@code @Awaits}, {@code @Sleeps}, {@code @ResumesFrom} or {@code @Batch}.
   *
   * @param annotation the simple name of the annotation
   */
  public void check(TypeElement type, String annotation) {
    if (isNoHandler(type)) {
      report.add(
          Diagnostic.NO_EFFECT,
          SourcePosition.of(type),
          "@%s on %s".formatted(annotation, DisplayNames.name(type)),
          "it is not a handler",
          annotation.equals("Batch") ? FIX.replace("JobHandler", "BatchJobHandler") : FIX);
    }
  }

  /** Checks a parameter with {@code @StepKey}. */
  public void check(VariableElement key, ExecutableElement method) {
    if (!StepsReader.isStep(method, elements)) {
      report.add(
          Diagnostic.NO_EFFECT,
          SourcePosition.of(key),
          "@StepKey on '%s'".formatted(key.getSimpleName()),
          "%s() is not a step".formatted(method.getSimpleName()),
          "Write @Step on the method, or remove @StepKey");
    }
  }

  private boolean isNoHandler(TypeElement type) {
    if (!reader.isDeclared(type)) {
      return true;
    }
    // A class with @JobType that is neither a payload nor a handler is reported as JobsNotRecord
    return reader.role(type) == Role.PAYLOAD;
  }
}
